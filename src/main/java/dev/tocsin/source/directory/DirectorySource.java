package dev.tocsin.source.directory;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.trigger.BoundedRun;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a directory. {@link #scan} finds out which, from a thread of the scheduler; a thread of its own reads
 * them, one after the other. All files of one scan are a batch.
 */
public final class DirectorySource {
    private static final Logger LOG = Logger.getLogger(DirectorySource.class);

    /** What a scan found to do, and after which load of the ledger it looked. */
    private record Work(DirectoryScan scan, int load) {}

    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long a partition that is being taken away waits for its chunks to be committed. */
    private static final Duration REVOCATION = Duration.ofSeconds(5);
    /** How long files may be read before the ledger is polled for its membership's sake. */
    private static final Duration LEDGER_POLL = Duration.ofMillis(500);

    private final DirectorySettings settings;
    private final Deliverer delivery;
    private final Consumer<Chunk> channel;
    private final Listing listing;
    private final Lane lane = new Lane(Source.DIRECTORY, this::committed);
    private final FileLedger ledger;
    private final Map<String, TrackedFile> files = new ConcurrentHashMap<>();
    private final Set<String> skipped = ConcurrentHashMap.newKeySet();
    private final Consumer<FileOutcome> outcomes;
    private final BoundedRun.@Nullable Part bounded;
    private final Semaphore scanned = new Semaphore(0);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-directory-source");
    private final FileReading reading;
    private volatile @Nullable Work work;
    private volatile boolean loaded;
    /** Counts how often the ledger was loaded: a scan that began before the last time speaks of what is no more. */
    private volatile int loads;

    private int turn;
    private volatile String directoryProblem = "";
    private volatile String ledgerProblem = "starting";
    private volatile long backlogFiles;
    private volatile long backlogBytes;
    private int epoch = -1;
    private long ledgerPolled;

    private DirectorySource(
            DirectorySettings settings,
            Deliverer delivery,
            Consumer<Chunk> channel,
            Consumer<FileOutcome> outcomes,
            BoundedRun.@Nullable Part run,
            java.util.function.Function<DirectorySource, FileLedger> ledger) {
        this.settings = settings;
        this.delivery = delivery;
        this.channel = channel;
        this.outcomes = outcomes;
        this.bounded = run;
        this.listing = new Listing(settings.path(), settings.patterns(), settings.recursive());
        this.ledger = ledger.apply(this);
        this.reading = new FileReading(settings, this.ledger, files, this::emit);
        delivery.register(lane);
    }

    /**
     * With the ledger in a topic.
     *
     * @param channel takes chunks, in order, never more than one that is not accepted yet
     * @param outcomes told what becomes of each file, once that is committed
     * @param run told what a run that ends by itself comes to; null where it does not
     */
    public static DirectorySource withTopic(
            DirectorySettings settings,
            KafkaClients clients,
            String ledgerTopic,
            String group,
            Deliverer delivery,
            Consumer<Chunk> channel,
            Consumer<FileOutcome> outcomes,
            BoundedRun.@Nullable Part run) {
        return new DirectorySource(
                settings,
                delivery,
                channel,
                outcomes,
                run,
                source ->
                        new KafkaLedger(clients, ledgerTopic, group, source::commitInFlight, source.lane::invalidate));
    }

    /**
     * With the ledger in a journal.
     *
     * @param entries the journal's entries of files, by path
     * @param run told what a run that ends by itself comes to; null where it does not
     */
    public static DirectorySource withJournal(
            DirectorySettings settings,
            Supplier<Map<String, byte[]>> entries,
            Deliverer delivery,
            Consumer<Chunk> channel,
            Consumer<FileOutcome> outcomes,
            BoundedRun.@Nullable Part run) {
        return new DirectorySource(settings, delivery, channel, outcomes, run, source -> new JournalLedger(entries));
    }

    /** Starts reading. */
    public void start() {
        thread.start();
    }

    /** Asks to stop reading, to wait for what is in flight, and to give the files back. */
    public void stop() {
        stopping.countDown();
    }

    /** Waits for the end of that. */
    public void join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
    }

    /** Why nothing is read at present; empty when all is well. */
    public String problem() {
        return directoryProblem.isEmpty() ? ledgerProblem : directoryProblem;
    }

    /** Whether the reading thread is at work, or was asked to end. */
    public boolean alive() {
        return thread.isAlive() || stopping.getCount() == 0;
    }

    /** How many files wait to be read, by the last scan. */
    public long backlogFiles() {
        return backlogFiles;
    }

    /** How many bytes wait to be read, by the last scan. */
    public long backlogBytes() {
        return backlogBytes;
    }

    /** Looks at the directory once. Never throws; what is wrong with the directory is said once. */
    public void scan() {
        if (!loaded || work != null) {
            return;
        }
        int at = loads;
        try {
            DirectoryScan next = DirectoryScan.of(settings, listing, files, ledger::owns, turn++);
            backlogFiles = next.backlogFiles();
            backlogBytes = next.backlogBytes();
            reportDirectory("");
            for (String path : next.skipped()) {
                if (skipped.add(path)) {
                    outcomes.accept(FileOutcome.SKIPPED);
                    LOG.warnf(
                            "%s is skipped: not a regular file, or a name that this locale cannot express", safe(path));
                }
            }
            skipped.retainAll(next.skipped());
            work = new Work(next, at);
            scanned.release();
        } catch (IOException | RuntimeException e) {
            files.values().forEach(TrackedFile::present);
            reportDirectory("directory " + settings.path() + " cannot be listed: " + reason(e));
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                try {
                    step();
                    reportLedger("");
                } catch (RuntimeException e) {
                    // What was read and not handed over is read again, from what is committed.
                    lane.invalidate();
                    loaded = false;
                    reportLedger("files cannot be read: " + reason(e));
                    LOG.debug("The failure", e);
                    stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e);
        } finally {
            commitInFlight();
            ledger.close();
        }
    }

    private void step() throws InterruptedException {
        Work next = work;
        pollLedger(next == null ? IDLE : Duration.ZERO);
        if (epoch != lane.epoch() || !loaded) {
            load();
        } else if (next != null) {
            if (next.load == loads) {
                read(next.scan);
            }
            work = null;
        } else if (ledger instanceof JournalLedger) {
            scanned.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Takes the committed entries for the truth, whatever was read since; first waits for what may still be committed. */
    private void load() throws InterruptedException {
        int target = lane.epoch();
        loaded = false;
        if (!lane.awaitLanded(IDLE)) {
            return;
        }
        files.clear();
        ledger.load().forEach((path, entry) -> {
            FileState state = FileState.fromJson(entry);
            files.put(path, new TrackedFile(state, DirectoryScan.age(state.modified()), true));
        });
        loads++;
        epoch = target;
        loaded = true;
    }

    private void read(DirectoryScan scan) throws InterruptedException {
        reading.begin();
        for (Found found : scan.toRead()) {
            if (!mayGoOn()) {
                return;
            }
            if (ledger.owns(found.path())) {
                reading.read(found.path());
            }
        }
        for (String path : scan.toClean()) {
            if (mayGoOn() && ledger.owns(path)) {
                reading.clean(path);
            }
        }
        for (String path : scan.toForget()) {
            if (mayGoOn() && ledger.owns(path)) {
                reading.forget(path);
            }
        }
        reading.end();
    }

    private boolean mayGoOn() {
        pollLedger(Duration.ZERO);
        return stopping.getCount() > 0 && epoch == lane.epoch() && loaded;
    }

    private void pollLedger(Duration wait) {
        long now = System.nanoTime();
        if (!wait.isZero() || !loaded || now - ledgerPolled >= LEDGER_POLL.toNanos()) {
            ledgerPolled = now;
            if (ledger.poll(wait)) {
                loaded = false;
            }
        }
    }

    /** Hands a chunk over in its turn; false when that is no use any more. */
    private boolean emit(Lines lines, @Nullable Batch batch, boolean lastOfBatch, Position position, boolean urgent)
            throws InterruptedException {
        while (!lane.acquire(LEDGER_POLL)) {
            if (!mayGoOn()) {
                return false;
            }
        }
        if (!mayGoOn()) {
            lane.release();
            return false;
        }
        lane.handedOver();
        channel.accept(new Chunk(lane, epoch, batch, lastOfBatch, lines, position, urgent, System.nanoTime()));
        return true;
    }

    private void committed(Position position) {
        if (position instanceof Position.OfFile file) {
            TrackedFile tracked = files.get(file.path());
            if (tracked != null) {
                tracked.committed(file.entry());
            }
            if (file.outcome() != null) {
                outcomes.accept(file.outcome());
            }
        }
    }

    private void commitInFlight() {
        try {
            delivery.flush();
            lane.awaitLanded(REVOCATION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reportDirectory(String state) {
        if (!state.equals(directoryProblem)) {
            if (state.isEmpty()) {
                LOG.infof("Directory %s is back", settings.path());
            } else {
                LOG.warnf("%s; waiting for it", state);
            }
        }
        directoryProblem = state;
    }

    private void reportLedger(String state) {
        if (!state.isEmpty() && !state.equals(ledgerProblem)) {
            LOG.warn(state);
        }
        ledgerProblem = state;
    }

    private static String reason(Exception e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /** A file's name for a log line: without control characters. */
    static String safe(String path) {
        return path.replaceAll("\\p{Cntrl}", "?");
    }
}
