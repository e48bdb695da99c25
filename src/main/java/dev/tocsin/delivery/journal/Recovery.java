package dev.tocsin.delivery.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found when a journal was opened.
 *
 * @param entries number of keys that have a value
 * @param snapshot name of the snapshot that was used; null if the journal is new
 * @param tornFile name of the segment whose last record was half written; null if none was. A crash in the middle of a commit
 *     leaves that: the commit had not returned, nothing is lost
 * @param droppedBytes length of the half-written record, in bytes
 * @param damages the files that could not be read to their end, and why; empty as a rule
 * @param commitsLost true if commits were lost to the damage, so that the state is older than the last commit; false if
 *     everything was there in another file
 */
public record Recovery(
        long entries,
        @Nullable String snapshot,
        @Nullable String tornFile,
        long droppedBytes,
        List<Damage> damages,
        boolean commitsLost) {

    /**
     * A file that could not be read to its end.
     *
     * @param file its name
     * @param offset of the first byte that is not good
     * @param what is wrong
     * @param setAsideAs the name under which it was kept; null if the file is missing
     */
    public record Damage(
            String file, long offset, String what, @Nullable String setAsideAs) {}

    public Recovery {
        damages = List.copyOf(damages);
    }

    /** True if there was neither a half-written record nor any damage. */
    public boolean clean() {
        return droppedBytes == 0 && damages.isEmpty();
    }

    /** One line for the log. */
    public String describe() {
        StringBuilder line = new StringBuilder(snapshot == null ? "new journal" : "journal recovered from " + snapshot);
        line.append(", ").append(entries).append(" entries");
        if (droppedBytes > 0) {
            line.append("; dropped a half-written record of ")
                    .append(droppedBytes)
                    .append(" bytes at the end of ")
                    .append(tornFile);
        }
        for (Damage damage : damages) {
            line.append("; ")
                    .append(damage.file())
                    .append(" is damaged at byte ")
                    .append(damage.offset());
            line.append(" (").append(damage.what()).append(')');
            if (damage.setAsideAs() != null) {
                line.append(", kept as ").append(damage.setAsideAs());
            }
        }
        return line.append(commitsLost ? "; the last commits are lost" : "").toString();
    }
}
