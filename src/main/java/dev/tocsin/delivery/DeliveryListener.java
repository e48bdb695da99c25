package dev.tocsin.delivery;

import java.util.List;

/** Is told what was delivered; called on the delivery's thread, so it must be quick and must not throw. */
public interface DeliveryListener {
    /** A commit begins; {@link #committed} or {@link #failed} will say of which chunks. */
    default void committing() {}

    /** These chunks were committed: what shows them may show them now. */
    void committed(List<Evaluated> chunks);

    /** These chunks could not be committed and will be read again. */
    default void failed(List<Evaluated> chunks) {}
}
