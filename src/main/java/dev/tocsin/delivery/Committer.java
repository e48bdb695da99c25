package dev.tocsin.delivery;

import java.util.List;

/** Makes output and positions durable together. Used by the delivery's thread alone. */
public interface Committer extends AutoCloseable {
    /**
     * Commits alerts, rejects and positions of evaluated chunks: all of them, or none.
     *
     * @param chunks in the order of their lanes
     * @throws FatalDeliveryException where going on would break a guarantee, or cannot help
     * @throws Exception where nothing may be taken as committed; {@link #recover} comes next, and then the lanes read
     *     again from what is committed indeed
     */
    void commit(List<Evaluated> chunks) throws Exception;

    /**
     * Undoes what a failed commit left behind, so that the next commit can succeed.
     *
     * @throws Exception where that is not possible yet; it will be called again
     */
    void recover() throws Exception;

    /** Whether output is shown before its position is committed, because showing it is the delivery: the console alone. */
    default boolean showsFirst() {
        return false;
    }

    /**
     * Called when there was nothing to commit for a while; makes visible what waited for more to come. Not called where positions
     * alone are committed: then nothing may wait.
     *
     * @throws Exception as {@link #commit}
     */
    default void idle() throws Exception {}

    @Override
    void close();
}
