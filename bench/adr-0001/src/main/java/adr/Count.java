package adr;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** The work per record, the same for all three: length and first byte. Ends the run after {@code -Drecords}. */
final class Count {
    private static final long EXPECTED = Long.getLong("records");
    private static final AtomicLong records = new AtomicLong();
    private static final AtomicLong bytes = new AtomicLong();
    private static final AtomicLong objects = new AtomicLong();
    private static final AtomicLong polls = new AtomicLong();
    static final CountDownLatch done = new CountDownLatch(1);

    static void add(ConsumerRecords<byte[], byte[]> chunk) {
        long b = 0;
        long o = 0;
        for (ConsumerRecord<byte[], byte[]> r : chunk) {
            byte[] v = r.value();
            b += v.length;
            if (v.length > 0 && v[0] == '{') o++;
        }
        bytes.addAndGet(b);
        objects.addAndGet(o);
        polls.incrementAndGet();
        if (records.addAndGet(chunk.count()) >= EXPECTED) done.countDown();
    }

    static void report() {
        System.out.printf("records=%d bytes=%d objects=%d polls=%d%n", records.get(), bytes.get(), objects.get(), polls.get());
    }
}
