package dev.tocsin.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Journal and files together: a process that dies at every disk operation in turn, and starts again. */
class ExactlyOnceTest {
    enum Crash {
        KILLED,
        KILLED_WHILE_A_READER_TAKES_FILES,
        POWER_LOST
    }

    @ParameterizedTest
    @EnumSource
    void aCrashAtAnyStepLosesNothingAndDoublesNothing(Crash crash) throws IOException {
        int crashes = 0;
        for (int n = 0; n == crashes; n++) {
            try (World world = new World(crash == Crash.KILLED_WHILE_A_READER_TAKES_FILES)) {
                world.disk.dieAfter(n);
                crashes += world.runsUntilItCrashes() ? 1 : 0;
                world.disk.heal();
                if (crash == Crash.POWER_LOST) {
                    world.disk.losePower();
                }
                world.run();
                world.assertComplete(World.LINES);
            }
        }
        assertThat(crashes).isGreaterThan(70);
    }

    /** The commit is forced in vain, and so is its own attempt to take itself back: it lies on the disk. */
    @Test
    void aFailedCommitIsTakenOutOfTheJournalBeforeItsLinesAreTakenBack() throws IOException {
        for (int at = 0; at < 20; at++) {
            try (World world = new World(false)) {
                world.take(new World.Step(World.Kind.CHUNK, 4, World.Fault.NONE, 0));
                world.take(new World.Step(World.Kind.CHUNK, 4, World.Fault.TWICE, at));
                world.finish();
            }
        }
    }
}
