package dev.tocsin.source.directory;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.trigger.BoundedRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a directory, in a thread of its own: keeps the ownership of files, takes what is committed for the truth
 * whenever that is in doubt, and else lets {@link Batches} do what is due. Scans are asked for by {@link #scan}; where nobody has
 * asked for the scan interval, one is due all the same.
 */
public final class DirectorySource {
    private static final Logger LOG = Logger.getLogger(DirectorySource.class);

    /** How long nothing may happen before it is looked whether the lane has a new epoch. */
    private static final Duration IDLE = Duration.ofSeconds(1);
    /** The same while the system gives notice of what there is to do; it is looked whether one was missed. */
    private static final Duration REST = Duration.ofSeconds(5);

    /** How long an ending run waits at a time for what is in flight. */
    private static final Duration COMMITTING = Duration.ofMillis(250);

    private static final Duration LOADING = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long a partition that is being taken away waits for its chunks to be committed. */
    private static final Duration REVOCATION = Duration.ofSeconds(5);
    /** How long files may be read before the ledger is polled for its membership's sake. */
    private static final Duration LEDGER_POLL = Duration.ofMillis(500);

    private final DirectorySettings settings;
    private final DirectoryEvents events;
    private final Deliverer delivery;
    private final java.util.function.Consumer<Chunk> channel;
    private final Lane lane = new Lane(Source.DIRECTORY, this::committed);
    private final BoundedRun.@Nullable Part part;
    private final FileLedger ledger;
    private final KnownFiles known;
    private final ScanReports reports;
    private final Batches batches;
    private final AtomicBoolean scanDue = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-directory-source");
    private volatile long scannedNanos = System.nanoTime();
    private @Nullable DirectoryWatch watch;
    private volatile String ledgerProblem = "starting";
    private boolean loaded;
    private boolean resting;
    private int epoch = -1;
    private long ledgerPolled;

    private DirectorySource(
            DirectorySettings settings,
            Deliverer delivery,
            java.util.function.Consumer<Chunk> channel,
            DirectoryEvents events,
            BoundedRun.@Nullable Part part,
            Function<DirectorySource, FileLedger> ledger) {
        this.settings = settings;
        this.delivery = delivery;
        this.channel = channel;
        this.events = events;
        this.part = part;
        this.ledger = ledger.apply(this);
        this.known = new KnownFiles(settings, this.ledger);
        FileReading reading = new FileReading(settings, this.ledger, known, this::emit);
        this.reports = new ScanReports(settings.path(), events);
        this.batches =
                Batches.of(new Batches.Parts(settings, this.ledger, known, reading, reports, this::mayGoOn), new Run());
        delivery.register(lane);
    }

    /**
     * With the ledger in a topic.
     *
     * @param channel takes chunks, in order, as many as the lane lets through
     * @param events told what happens
     * @param part told what a run that ends by itself comes to; null where it does not
     */
    public static DirectorySource withTopic(
            DirectorySettings settings,
            KafkaClients clients,
            String ledgerTopic,
            String group,
            Deliverer delivery,
            java.util.function.Consumer<Chunk> channel,
            DirectoryEvents events,
            BoundedRun.@Nullable Part part) {
        return new DirectorySource(
                settings,
                delivery,
                channel,
                events,
                part,
                source ->
                        new KafkaLedger(clients, ledgerTopic, group, source::commitInFlight, source.lane::invalidate));
    }

    /**
     * With the ledger where this instance has it to itself.
     *
     * @param committed the entries of files
     * @param part told what a run that ends by itself comes to; null where it does not
     */
    public static DirectorySource withJournal(
            DirectorySettings settings,
            CommittedFiles committed,
            Deliverer delivery,
            java.util.function.Consumer<Chunk> channel,
            DirectoryEvents events,
            BoundedRun.@Nullable Part part) {
        return new DirectorySource(settings, delivery, channel, events, part, source -> new JournalLedger(committed));
    }

    /** Starts reading. */
    public void start() {
        thread.start();
    }

    /** Asks to stop reading, to wait for what is in flight, and to give the files back. */
    public void stop() {
        stopping.countDown();
        ledger.wakeUp();
    }

    /** Waits for the end of that. */
    public void join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
    }

    /** Why nothing is read at present; empty when all is well. */
    public String problem() {
        return reports.problem().isEmpty() ? ledgerProblem : reports.problem();
    }

    /** Whether the reading thread is at work, or was asked to end. */
    public boolean alive() {
        return thread.isAlive() || stopping.getCount() == 0;
    }

    /** How many files wait to be read, by the last scan. */
    public long backlogFiles() {
        return reports.backlogFiles();
    }

    /** How many bytes wait to be read, by the last scan. */
    public long backlogBytes() {
        return reports.backlogBytes();
    }

    /** Says that it is time for a scan. */
    public void scan() {
        scanDue.set(true);
        ledger.wakeUp();
    }

    /** How long ago the last scan was begun. */
    public Duration sinceScan() {
        return Duration.ofNanos(System.nanoTime() - scannedNanos);
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                try {
                    step();
                    reportLedger("");
                } catch (UnusableLedgerException e) {
                    ledgerProblem = String.valueOf(e.getMessage());
                    events.unusable(e);
                    return;
                } catch (RuntimeException e) {
                    // What was read and not handed over is read again, from what is committed.
                    lane.invalidate();
                    loaded = false;
                    reportLedger("files cannot be read: " + LogText.reason(e));
                    LOG.debug("The failure", e);
                    stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e);
        } finally {
            commitInFlight();
            ledger.close();
            if (watch != null) {
                watch.close();
            }
        }
    }

    private void step() throws InterruptedException {
        if (epoch != lane.epoch() || !loaded) {
            pollLedger(LOADING);
            if (part == null || ledger.isAssigned()) {
                load();
            }
        } else if (batches.take()) {
            rest(false);
        } else {
            rest(batches.mayRest() && lane.awaitLanded(Duration.ZERO) && epoch == lane.epoch());
            Duration most = resting ? REST : IDLE;
            Duration wait = batches.untilDue();
            ledgerPolled = System.nanoTime();
            if (ledger.await(wait.compareTo(most) < 0 ? wait : most)) {
                loaded = false;
            }
        }
    }

    /** While there is nothing to do but to wait for notices, nobody needs to ask for scans: one is due when the rest is over. */
    private void rest(boolean rests) {
        if (rests != resting) {
            resting = rests;
            events.resting(rests);
        }
        if (rests) {
            scanDue.set(true);
        }
    }

    /** Takes the committed entries for the truth, whatever was read since; first waits for what may still be committed. */
    private void load() throws InterruptedException {
        int target = lane.epoch();
        loaded = false;
        if (!lane.awaitLanded(LOADING)) {
            delivery.flush();
            return;
        }
        lane.rewound();
        known.load();
        batches.reloaded();
        epoch = target;
        loaded = true;
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
            known.committed(file);
            if (file.outcome() != null) {
                events.file(file.outcome());
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

    private void reportLedger(String state) {
        if (!state.isEmpty() && !state.equals(ledgerProblem)) {
            LOG.warn(state);
        }
        ledgerProblem = state;
    }

    /** What the batches ask of the life around them. */
    final class Run {
        private Run() {}

        /** Whether a scan is due, which is begun then. */
        boolean takeScan() {
            boolean due = scanDue.getAndSet(false) || untilScan().isZero();
            if (due) {
                scannedNanos = System.nanoTime();
            }
            return due;
        }

        /** How long it is until a scan is due that nobody asks for. */
        Duration untilScan() {
            Duration left = settings.scanInterval().minus(sinceScan());
            return left.isNegative() ? Duration.ZERO : left;
        }

        /** Begins to watch, anew; null where that is of no use. */
        @Nullable DirectoryWatch watch() {
            if (watch != null) {
                watch.close();
            }
            watch = settings.watched() ? DirectoryWatch.of(settings.path(), ledger::wakeUp) : null;
            return watch;
        }

        void follow(Path directory) {
            if (watch != null) {
                watch.follow(directory);
            }
        }

        BoundedRun.@Nullable Part part() {
            return part;
        }

        /** Whether all that was handed over is committed by now, after a while. */
        boolean awaitCommitted() throws InterruptedException {
            delivery.flush();
            return lane.awaitCommitted(COMMITTING) && mayGoOn();
        }
    }
}
