package dev.tocsin.source.directory;

import dev.tocsin.trigger.BoundedRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was there at the start, as large as it was then; when that is committed, the end. */
final class FrozenBatches extends Batches {
    /** How many reasons are said in words. */
    private static final int MOST_REASONS = 100;

    /** A file that is done is gone after so many steps; one that cannot be cleaned away is left for the next run. */
    private static final int CLEANING_STEPS = 4;

    private final DirectorySource.Run run;
    private final BoundedRun.Part part;
    private @Nullable Frozen frozen;
    private final List<String> reasons = new ArrayList<>();
    private long failures;
    private long filesLeft;
    private long bytesLeft;
    private long linesPending;
    private int cleaned;
    private boolean read;
    private boolean finished;

    FrozenBatches(Parts parts, DirectorySource.Run run) {
        super(parts, directory -> {});
        this.run = run;
        this.part = Objects.requireNonNull(run.part(), "a run that ends");
    }

    @Override
    boolean take() throws InterruptedException {
        if (finished) {
            return false;
        }
        if (!pending.isEmpty()) {
            nextBatch();
            return true;
        }
        Frozen start = frozen == null ? freeze() : frozen;
        if (start == null || (read && !run.awaitCommitted())) {
            return true;
        }
        boolean cleans = parts.settings().cleans() && cleaned < CLEANING_STEPS;
        if (read && !cleans) {
            complete(start);
            return true;
        }
        Look look = list(() -> scan.listAll(start));
        if (look == null) {
            fail("the directory cannot be listed any more");
            complete(start);
        } else if (!read) {
            read = look.toRead().isEmpty();
            work(look);
        } else if (look.toClean().isEmpty()) {
            complete(start);
        } else {
            cleaned++;
            work(look);
        }
        return true;
    }

    private @Nullable Frozen freeze() throws InterruptedException {
        try {
            Frozen found = scan.freeze();
            frozen = found;
            parts.reports().directory("");
            part.frozen(Map.of("files", found.files(), "bytes", found.bytes()));
            return found;
        } catch (IOException e) {
            fail(cannotList(e));
            complete(new Frozen());
            return null;
        }
    }

    @Override
    void read(Look.ToRead next) throws InterruptedException {
        Frozen start = Objects.requireNonNull(frozen);
        String path = next.found().path();
        long hash = parts.known().closed().hash(path);
        FileReading.Rest rest = parts.reading().read(path, start.size(hash));
        start.handled(hash);
        linesPending += rest.pending() ? 1 : 0;
        if (rest.unsettled() || rest.failure() != null) {
            filesLeft++;
            bytesLeft += next.unread();
        }
        if (rest.failure() != null) {
            fail(LogText.safe(path) + ": " + rest.failure());
        }
    }

    private void fail(String reason) {
        failures++;
        if (reasons.size() < MOST_REASONS) {
            reasons.add(reason);
        }
    }

    private void complete(Frozen start) {
        finished = true;
        for (int i = 0; i < failures; i++) {
            part.failed(i < reasons.size() ? reasons.get(i) : "another file");
        }
        part.left("pendingLines", linesPending);
        part.left("unsettledFiles", filesLeft - failures);
        part.completed(Map.of(
                "files", Math.max(0, start.files() - filesLeft), "bytes", Math.max(0, start.bytes() - bytesLeft)));
    }

    @Override
    Duration untilDue() {
        return finished ? Duration.ofDays(1) : Duration.ZERO;
    }

    @Override
    void reloaded() {
        super.reloaded();
        reasons.clear();
        failures = 0;
        filesLeft = 0;
        bytesLeft = 0;
        linesPending = 0;
        cleaned = 0;
        read = false;
        if (frozen != null) {
            frozen.again();
        }
    }
}
