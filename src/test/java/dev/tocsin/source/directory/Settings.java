package dev.tocsin.source.directory;

import dev.tocsin.trigger.Trigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of tests: as the defaults, but nothing waits unless a test says so, and who wants a scan asks for it. */
final class Settings {
    private final Path path;
    private boolean recursive;
    private boolean latestFirst;
    private Duration settle = Duration.ZERO;
    private Duration growthWindow = Duration.ofMinutes(10);
    private Duration afterDelay = Duration.ZERO;
    private boolean delete;
    private @Nullable Path archive;
    private boolean watched;
    private Duration retention = Duration.ofDays(7);
    private Duration scanInterval = Duration.ofDays(1);
    private Trigger trigger = new Trigger.Default();
    private FileLimits limits = FileLimits.NONE;

    private Settings(Path path) {
        this.path = path;
    }

    static Settings of(Path path) {
        return new Settings(path);
    }

    Settings recursive() {
        recursive = true;
        return this;
    }

    Settings latestFirst() {
        latestFirst = true;
        return this;
    }

    Settings settle(Duration time) {
        settle = time;
        return this;
    }

    Settings growthWindow(Duration time) {
        growthWindow = time;
        return this;
    }

    Settings archive(Path directory) {
        archive = directory;
        return this;
    }

    Settings delete() {
        delete = true;
        return this;
    }

    Settings afterDelay(Duration time) {
        afterDelay = time;
        return this;
    }

    Settings retention(Duration time) {
        retention = time;
        return this;
    }

    Settings scanInterval(Duration time) {
        scanInterval = time;
        return this;
    }

    Settings trigger(Trigger when) {
        trigger = when;
        return this;
    }

    Settings limits(FileLimits bounds) {
        limits = bounds;
        return this;
    }

    Settings watched() {
        watched = true;
        return this;
    }

    DirectorySettings build() {
        return new DirectorySettings(
                path,
                List.of("*.json", "*.json.gz", "*.json.zst"),
                recursive,
                latestFirst,
                settle,
                growthWindow,
                afterDelay,
                delete,
                archive,
                retention,
                256 << 10,
                scanInterval,
                trigger,
                limits,
                watched);
    }
}
