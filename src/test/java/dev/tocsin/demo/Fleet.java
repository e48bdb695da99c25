package dev.tocsin.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Two sites: the devices of one send every reading to a Kafka topic, those of the other drop a file every few seconds. */
final class Fleet implements AutoCloseable {

    private static final int DEVICES = 12;
    private static final long MILLIS_BETWEEN_READINGS = 50;
    private static final long SECONDS_BETWEEN_FILES = 4;
    private static final int READINGS_PER_FILE = 40;

    private final Random random = new Random();
    private final List<Device> online = devices("north");
    private final List<Device> offline = devices("south");
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final Producer<String, String> producer;
    private final String topic;
    private final Path directory;
    private int files;

    Fleet(String bootstrapServers, String topic, Path directory) {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        this.topic = topic;
        this.directory = directory;
    }

    void start() {
        var unused = List.of(
                clock.scheduleAtFixedRate(this::send, 0, MILLIS_BETWEEN_READINGS, TimeUnit.MILLISECONDS),
                clock.scheduleAtFixedRate(this::drop, 1, SECONDS_BETWEEN_FILES, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        producer.close(Duration.ofSeconds(1));
    }

    private void send() {
        producer.send(new ProducerRecord<>(topic, oneOf(online).read(Instant.now())));
    }

    /** Under a name that no reader touches, then renamed: so the file appears whole. */
    private void drop() {
        String name = String.format("south-%05d.json", ++files);
        String lines = IntStream.range(0, READINGS_PER_FILE)
                .mapToObj(i -> oneOf(offline).read(Instant.now()) + "\n")
                .collect(Collectors.joining());
        try {
            Path hidden = Files.writeString(directory.resolve("." + name), lines, StandardCharsets.UTF_8);
            Files.move(hidden, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Device oneOf(List<Device> devices) {
        return devices.get(random.nextInt(devices.size()));
    }

    private List<Device> devices(String site) {
        return IntStream.rangeClosed(1, DEVICES)
                .mapToObj(i -> new Device(String.format("%s-%02d", site, i), random))
                .toList();
    }
}
