package dev.tocsin.dashboard;

import dev.tocsin.alert.Alert;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.rule.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Where there is no Kafka sink: the alerts that this instance has committed since it was started. Called on the delivery's
 * thread, so a flood is counted and only its newest part is kept.
 */
final class OwnAlerts implements AlertFeed, DeliveryListener {
    /** How many alerts are taken up in each stretch of time. */
    private static final int MOST = 1_000;

    private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final AlertLog log;
    private final AlertRate rate;
    private long offset;
    private long stretchBegan = System.nanoTime();
    private int taken;

    OwnAlerts(AlertLog log, AlertRate rate) {
        this.log = log;
        this.rate = rate;
        rate.begin(System.currentTimeMillis());
        log.begin("run-" + UUID.randomUUID().toString().substring(0, 13), new long[1]);
        log.loaded();
    }

    @Override
    public void committed(List<Evaluated> chunks) {
        for (Evaluated chunk : chunks) {
            if (!chunk.evaluation().alerts().isEmpty()) {
                take(chunk.evaluation().alerts());
            }
        }
    }

    private void take(List<Alert> alerts) {
        long now = System.currentTimeMillis();
        int[] counts = new int[Severity.values().length];
        for (Alert alert : alerts) {
            counts[alert.rule().severity().ordinal()]++;
        }
        for (Severity severity : Severity.values()) {
            if (counts[severity.ordinal()] > 0) {
                rate.count(severity, now, counts[severity.ordinal()], now);
            }
        }
        if (System.nanoTime() - stretchBegan > STRETCH_NANOS) {
            stretchBegan = System.nanoTime();
            taken = 0;
        }
        int room = Math.min(alerts.size(), MOST - taken);
        if (room < alerts.size()) {
            int left = alerts.size() - room;
            offset += left;
            log.passOver(0, offset, left);
        }
        taken += room;
        List<AlertEntry> entries = new ArrayList<>(room);
        for (Alert alert : alerts.subList(alerts.size() - room, alerts.size())) {
            entries.add(AlertEntries.of(alert, now, offset++));
        }
        log.append(entries, new long[] {offset});
    }

    @Override
    public void wanted() {}

    @Override
    public String problem() {
        return "";
    }

    @Override
    public void stop() {}
}
