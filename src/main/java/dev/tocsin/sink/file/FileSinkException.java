package dev.tocsin.sink.file;

import java.io.IOException;

/**
 * The files of a stream are not what the journal says, or not as any crash leaves them, or another instance writes them: going on
 * would lose lines or write them twice. The message is one line for the operator.
 */
public final class FileSinkException extends IOException {
    private static final long serialVersionUID = 1L;

    FileSinkException(String message) {
        super(message);
    }
}
