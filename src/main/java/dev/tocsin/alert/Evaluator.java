package dev.tocsin.alert;

import dev.tocsin.reading.Decoded;
import dev.tocsin.reading.Reading;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.Records;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decodes the records of a chunk and holds them against the rules. Reusable, not thread-safe. */
public final class Evaluator {
    /** The heap that an alert or reject takes beside its own text, measured roughly: objects, lists, origin. */
    private static final int OUTPUT_OVERHEAD = 300;

    private final Rules rules;
    private final int maxBytes;
    private final ReadingDecoder decoder = new ReadingDecoder();

    /** @param maxBytes the longest record that is decoded; a longer one is a reject */
    public Evaluator(Rules rules, int maxBytes) {
        this.rules = rules;
        this.maxBytes = maxBytes;
    }

    /** Consumes the cursor. */
    public Evaluation evaluate(Records records) {
        List<Alert> alerts = new ArrayList<>(0);
        List<Reject> rejects = new ArrayList<>(0);
        long readings = 0;
        long unusable = 0;
        long blank = 0;
        long bytes = 0;
        long weight = 0;
        while (records.next()) {
            bytes += records.size();
            Decoded decoded = records.size() > maxBytes
                    ? Decoded.REJECT
                    : decoder.decode(records.array(), records.offset(), records.length());
            switch (decoded) {
                case READING -> {
                    readings++;
                    if (rules.anyMetBy(decoder.temperature())) {
                        weight += raise(records, alerts);
                    }
                }
                case UNUSABLE -> {
                    readings++;
                    unusable++;
                }
                case BLANK -> blank++;
                case REJECT -> {
                    Reject reject = reject(records);
                    rejects.add(reject);
                    weight += OUTPUT_OVERHEAD + reject.bytes().length;
                }
            }
        }
        return new Evaluation(alerts, rejects, readings, unusable, blank, bytes, weight);
    }

    private long raise(Records records, List<Alert> alerts) {
        Reading reading = decoder.reading();
        long weight = 0;
        for (Rule rule : rules.all()) {
            if (rule.isMetBy(reading.temperature())) {
                alerts.add(new Alert(rule, reading, records.origin()));
                weight += OUTPUT_OVERHEAD + records.length();
            }
        }
        return weight;
    }

    private Reject reject(Records records) {
        int kept = Math.min(records.length(), Reject.MAX_BYTES);
        byte[] bytes = Arrays.copyOfRange(records.array(), records.offset(), records.offset() + kept);
        return records.size() > maxBytes
                ? new Reject(
                        RejectReason.TOO_LONG,
                        records.size() + " bytes, " + maxBytes + " are allowed",
                        records.origin(),
                        bytes,
                        records.size())
                : new Reject(decoder.reason(), decoder.detail(), records.origin(), bytes, records.size());
    }
}
