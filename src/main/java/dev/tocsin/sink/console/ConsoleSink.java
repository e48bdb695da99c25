package dev.tocsin.sink.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.AlertJson;
import dev.tocsin.config.TocsinConfig.Format;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Prints committed alerts: a table for each batch, or a line of JSON for each alert. */
public final class ConsoleSink implements DeliveryListener {
    private final PrintStream out;
    private final Format format;
    private final int rows;
    private final Map<Source, AlertTable> open = new EnumMap<>(Source.class);

    /**
     * @param out encodes in UTF-8
     * @param rows how many rows of a table are shown
     */
    public ConsoleSink(PrintStream out, Format format, int rows) {
        this.out = out;
        this.format = format;
        this.rows = rows;
    }

    @Override
    public void committed(List<Evaluated> chunks) {
        StringBuilder text = new StringBuilder();
        for (Evaluated chunk : chunks) {
            if (format == Format.TABLE) {
                tabulate(chunk, text);
            } else if (format == Format.JSON) {
                for (Alert alert : chunk.evaluation().alerts()) {
                    String json = new String(AlertJson.encode(alert.reading()), UTF_8);
                    text.append(Harmless.text(json)).append('\n');
                }
            }
        }
        if (text.length() > 0) {
            out.print(text);
            out.flush();
        }
    }

    /** What was committed of a batch is shown even if the batch does not go on as it began. */
    @Override
    public void failed(List<Evaluated> chunks) {
        StringBuilder text = new StringBuilder();
        open.values().forEach(table -> print(table, text));
        open.clear();
        out.print(text);
        out.flush();
    }

    private void tabulate(Evaluated chunk, StringBuilder text) {
        Batch batch = chunk.batch();
        if (batch == null) {
            return;
        }
        AlertTable table = open.get(batch.source());
        if (table == null || table.batch() != batch.id()) {
            if (table != null) {
                print(table, text);
            }
            table = new AlertTable(batch.id(), rows);
            open.put(batch.source(), table);
        }
        for (Alert alert : chunk.evaluation().alerts()) {
            table.add(alert.reading());
        }
        if (chunk.lastOfBatch()) {
            print(table, text);
            open.remove(batch.source());
        }
    }

    private static void print(AlertTable table, StringBuilder text) {
        if (!table.isEmpty()) {
            text.append(table);
        }
    }
}
