package dev.tocsin.source.kafka;

import dev.tocsin.reading.Origin;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.Records;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/** The values of one poll, partition by partition. A record without a value counts as blank. */
final class PolledRecords implements Records {
    private static final byte[] EMPTY = {};

    private final Iterator<ConsumerRecord<byte[], ByteBuffer>> records;
    private final ConsumerRecords<byte[], ByteBuffer> polled;
    private final String topicId;
    private @Nullable ConsumerRecord<byte[], ByteBuffer> record;
    private byte[] array = EMPTY;
    private int offset;
    private int length;
    private int size;

    PolledRecords(ConsumerRecords<byte[], ByteBuffer> polled, String topicId) {
        this.records = polled.iterator();
        this.polled = polled;
        this.topicId = topicId;
    }

    @Override
    public int count() {
        return polled.count();
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (ConsumerRecord<byte[], ByteBuffer> each : polled) {
            bytes += each.serializedValueSize();
        }
        return bytes;
    }

    @Override
    public boolean next() {
        if (!records.hasNext()) {
            return false;
        }
        ConsumerRecord<byte[], ByteBuffer> next = records.next();
        record = next;
        ByteBuffer value = next.value();
        if (value == null) {
            array = EMPTY;
            offset = 0;
            length = 0;
        } else if (value.hasArray()) {
            array = value.array();
            offset = value.arrayOffset() + value.position();
            length = value.remaining();
        } else {
            array = new byte[value.remaining()];
            value.duplicate().get(array);
            offset = 0;
            length = array.length;
        }
        size = length;
        int bom = ReadingDecoder.bomLength(array, offset, length);
        offset += bom;
        length -= bom;
        return true;
    }

    @Override
    public byte[] array() {
        return array;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Origin origin() {
        ConsumerRecord<byte[], ByteBuffer> current = record;
        if (current == null) {
            throw new IllegalStateException("next() comes first");
        }
        return new Origin.OfTopic(current.topic(), topicId, current.partition(), current.offset());
    }
}
