package dev.tocsin.delivery;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes alerts and rejects and acknowledges them, apart from their positions: for delivery at least once. */
public interface Output extends AutoCloseable {
    /**
     * Sends the output of a chunk, and does not wait for the acknowledgement.
     *
     * @param done told once, by any thread, when all of it is acknowledged (null), or why it cannot be
     * @throws Exception where it cannot be sent; {@code done} may be told or not
     */
    void send(Evaluated chunk, Consumer<@Nullable Exception> done) throws Exception;

    /**
     * Makes ready for the next output, at the start and after a failure. What was not acknowledged before will not be
     * acknowledged any more, and is sent again.
     *
     * @throws Exception where that is not possible yet; it will be called again
     */
    void recover() throws Exception;

    @Override
    void close();

    /** For a console that is the only sink: showing is the delivery, and comes when this says that all is well. */
    static Output shown() {
        return new Output() {
            @Override
            public void send(Evaluated chunk, Consumer<@Nullable Exception> done) {
                done.accept(null);
            }

            @Override
            public void recover() {}

            @Override
            public void close() {}
        };
    }
}
