package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Opens a journal and holds it until its input ends: the other process of {@link JournalLockTest}. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (Journal journal = Journal.open(Path.of(arguments[0]))) {
            System.out.println(journal.recovery().describe());
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (JournalLockedException e) {
            System.out.println(e.getMessage());
        }
    }
}
