package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.rule.Severity;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ThreadLocalRandom;

/** Events of the stream as they are sent (WHATWG HTML, section 9.2, Server-sent events). */
final class Events {
    /** Readers that lost their connection come back after so many milliseconds, not all in the same moment. */
    private static final int RETRY_MILLIS = 1_000;

    private Events() {}

    /** What a stream begins with. */
    static Buffer first() {
        return Buffer.buffer(
                "retry: " + (RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS)) + "\n\n");
    }

    /** Sets the id that a reader comes back with, and nothing else. */
    static Buffer place(Bookmark bookmark) {
        return Buffer.buffer("id: " + bookmark + "\n\n");
    }

    /** @param json on one line */
    static Buffer status(Buffer json) {
        return Buffer.buffer(json.length() + 32)
                .appendString("event: status\ndata: ")
                .appendBuffer(json)
                .appendString("\n\n");
    }

    /** The gap first, if there is one, then the alerts. */
    static Buffer alerts(View.Unseen unseen) {
        Buffer event = Buffer.buffer(512);
        if (unseen.gap() != null) {
            event.appendString("event: gap\ndata: {\"reason\":\"" + unseen.gap() + "\"}\n\n");
        }
        event.appendString("id: " + unseen.bookmark() + "\nevent: alerts\ndata: {\"alerts\":[");
        for (int i = 0; i < unseen.alerts().size(); i++) {
            if (i > 0) {
                event.appendByte((byte) ',');
            }
            event.appendBytes(unseen.alerts().get(i).json());
        }
        event.appendString("],\"counts\":{");
        for (Severity severity : Severity.values()) {
            event.appendString((severity.ordinal() == 0 ? "\"" : ",\"") + severity.label() + "\":"
                    + unseen.counts()[severity.ordinal()]);
        }
        event.appendBytes(
                ("},\"omitted\":" + unseen.omitted() + ",\"passedOver\":" + unseen.passed() + "}\n\n").getBytes(UTF_8));
        return event;
    }
}
