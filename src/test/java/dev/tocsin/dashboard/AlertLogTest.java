package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.rule.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AlertLogTest {
    private static final int MANY = 1_000;
    private static final long LARGE = 1 << 20;

    private final AlertLog log = new AlertLog(100, LARGE);

    private static AlertEntry entry(int partition, long offset) {
        return entry(partition, offset, "d" + offset % 5, Severity.CRITICAL);
    }

    private static AlertEntry entry(int partition, long offset, String device, Severity severity) {
        byte[] json = (partition + "@" + offset).getBytes(UTF_8);
        return new AlertEntry(1_000 + offset, partition, offset, device, "hot", severity, json.length, () -> json);
    }

    private static List<String> names(List<AlertEntry> entries) {
        return entries.stream().map(entry -> new String(entry.json(), UTF_8)).toList();
    }

    private void begin(String generation, long... starts) {
        log.begin(generation, starts);
        log.loaded();
    }

    @Test
    void aViewGetsWhatComesAfterItsBookmarkOnceAndInOrder() {
        begin("t", 0, 0);
        log.append(List.of(entry(0, 0), entry(1, 0), entry(0, 1)), new long[] {2, 1});

        View view = log.viewAfter(Filter.ALL, new Bookmark("t", new long[] {1, 0}));
        View.Unseen first = log.read(view, MANY, LARGE);
        log.append(List.of(entry(1, 1)), new long[] {2, 3});
        View.Unseen second = log.read(view, MANY, LARGE);

        assertThat(first.gap()).isNull();
        assertThat(names(first.alerts())).containsExactly("1@0", "0@1");
        assertThat(names(second.alerts())).containsExactly("1@1");
        assertThat(second.bookmark()).isEqualTo(new Bookmark("t", new long[] {2, 3}));
    }

    @Test
    void whoHasSeenMoreThanThisInstanceHasReadGetsNothingTwice() {
        begin("t", 0);
        log.append(List.of(entry(0, 0)), new long[] {1});
        View ahead = log.viewAfter(Filter.ALL, new Bookmark("t", new long[] {3}));

        assertThat(log.read(ahead, MANY, LARGE).alerts()).isEmpty();
        assertThat(log.atEnd(ahead)).isFalse();
        log.append(List.of(entry(0, 1), entry(0, 2), entry(0, 3)), new long[] {4});

        assertThat(names(log.read(ahead, MANY, LARGE).alerts())).containsExactly("0@3");
        assertThat(log.atEnd(ahead)).isTrue();
    }

    @Test
    void twoInstancesThatReadInAnyOrderLeaveNeitherGapNorDoubleToOneWhoGoesBetweenThem() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<AlertLog> instances = List.of(new AlertLog(MANY, LARGE), new AlertLog(MANY, LARGE));
            instances.forEach(instance -> instance.begin("t", new long[3]));
            long[][] read = new long[2][3];
            List<String> seen = new ArrayList<>();
            Bookmark bookmark = new Bookmark("t", new long[3]);
            for (int step = 0; step < 60; step++) {
                int i = random.nextInt(2);
                int partition = random.nextInt(3);
                List<AlertEntry> more = new ArrayList<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    more.add(entry(partition, read[i][partition]++));
                }
                instances.get(i).append(more, read[i].clone());
                AlertLog asked = instances.get(random.nextInt(2));
                View.Unseen unseen = asked.read(asked.viewAfter(Filter.ALL, bookmark), 1 + random.nextInt(5), LARGE);
                assertThat(unseen.gap()).isNull();
                seen.addAll(names(unseen.alerts()));
                bookmark = unseen.bookmark();
            }
            for (AlertLog instance : instances) {
                View.Unseen rest = instance.read(instance.viewAfter(Filter.ALL, bookmark), MANY, LARGE);
                seen.addAll(names(rest.alerts()));
                bookmark = rest.bookmark();
            }
            Set<String> all = new TreeSet<>();
            for (int p = 0; p < 3; p++) {
                int partition = p;
                IntStream.range(0, (int) Math.max(read[0][p], read[1][p]))
                        .forEach(offset -> all.add(partition + "@" + offset));
            }
            assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Test
    void whatIsNoLongerKeptIsAGap() {
        begin("t", 0);
        View slow = log.viewOfNew(Filter.ALL);
        log.append(IntStream.range(0, 150).mapToObj(i -> entry(0, i)).toList(), new long[] {150});

        assertThat(log.read(slow, MANY, LARGE)).satisfies(unseen -> {
            assertThat(unseen.gap()).isNotNull();
            assertThat(unseen.alerts()).hasSize(100);
        });
        assertThat(log.read(log.viewAfter(Filter.ALL, new Bookmark("t", new long[] {49})), MANY, LARGE)
                        .gap())
                .isNotNull();
        assertThat(log.read(log.viewAfter(Filter.ALL, new Bookmark("t", new long[] {50})), MANY, LARGE)
                        .gap())
                .isNull();
    }

    @Test
    void bytesAreBoundedAsWellAsNumbers() {
        AlertLog small = new AlertLog(MANY, 1_000);
        small.begin("t", new long[1]);

        small.append(IntStream.range(0, 50).mapToObj(i -> entry(0, i)).toList(), new long[] {50});

        assertThat(small.page(Filter.ALL, null, MANY).alerts())
                .hasSizeBetween(3, 6)
                .extracting(AlertEntry::offset)
                .startsWith(49L);
    }

    @Test
    void anotherGenerationIsAGapAndShowsAllThatIsKept() {
        begin("new", 0);
        log.append(List.of(entry(0, 0)), new long[] {1});

        View.Unseen unseen = log.read(log.viewAfter(Filter.ALL, new Bookmark("old", new long[] {900})), MANY, LARGE);

        assertThat(unseen.gap()).isNotNull();
        assertThat(names(unseen.alerts())).containsExactly("0@0");
    }

    @Test
    void aNewBeginningOfTheSameTopicIsSeenWithoutGapOrDouble() {
        begin("t", 0);
        log.append(List.of(entry(0, 0), entry(0, 1)), new long[] {2});
        View view = log.viewOfNew(Filter.ALL);

        begin("t", 0);
        log.append(List.of(entry(0, 0), entry(0, 1), entry(0, 2)), new long[] {3});

        View.Unseen unseen = log.sample(view, MANY, LARGE);
        assertThat(unseen.gap()).isNull();
        assertThat(names(unseen.alerts())).containsExactly("0@2");
    }

    @Test
    void aSampleHasTheGravestAndThenTheNewestAndCountsAll() {
        begin("t", 0);
        View view = log.viewOfNew(Filter.ALL);
        log.append(
                List.of(
                        entry(0, 0, "a", Severity.CRITICAL),
                        entry(0, 1, "b", Severity.INFO),
                        entry(0, 2, "c", Severity.WARNING),
                        entry(0, 3, "d", Severity.WARNING),
                        entry(0, 4, "e", Severity.INFO)),
                new long[] {5});

        View.Unseen unseen = log.sample(view, 2, LARGE);

        assertThat(names(unseen.alerts())).containsExactly("0@0", "0@3");
        assertThat(unseen.counts()).containsExactly(1, 2, 2);
        assertThat(unseen.omitted()).isEqualTo(3);
        assertThat(unseen.atEnd()).isTrue();
    }

    @Test
    void whatWasPassedOverIsCountedForWhoWatchesAndAGapForWhoComesBack() {
        begin("t", 0);
        View watching = log.viewOfNew(Filter.ALL);

        log.passOver(0, 70_000, 70_000);

        assertThat(log.sample(watching, MANY, LARGE).passed()).isEqualTo(70_000);
        assertThat(log.read(log.viewAfter(Filter.ALL, new Bookmark("t", new long[] {10})), MANY, LARGE)
                        .gap())
                .isNotNull();
    }

    @Test
    void pagesOfAnyLimitMakeUpTheWholeListWithoutWhatDoesNotMatch() {
        begin("t", 0, 0);
        List<AlertEntry> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(entry(i % 2, i / 2, "d" + i % 3, Severity.values()[i % 3]));
        }
        log.append(all, new long[] {20, 20});
        Filter filter = new Filter("d1", null, Set.of(Severity.WARNING));
        List<AlertEntry> expected = all.stream()
                .filter(filter::matches)
                .sorted(AlertEntry.NEWEST_FIRST)
                .toList();

        for (int limit = 1; limit < 20; limit++) {
            List<AlertEntry> paged = new ArrayList<>();
            AlertLog.Page page = log.page(filter, null, limit);
            paged.addAll(page.alerts());
            while (page.more()) {
                page = log.page(filter, paged.get(paged.size() - 1).cursor(), limit);
                paged.addAll(page.alerts());
            }
            assertThat(paged).isEqualTo(expected);
        }
        assertThat(expected).hasSizeGreaterThan(10);
    }

    @Test
    void bookmarksAndCursorsReadBackAndNothingElseDoes() {
        Bookmark bookmark = new Bookmark("gWiPsyoPQTWZ_Ei30FJMvQ", new long[] {0, 35, 36, Long.MAX_VALUE / 1_000_000});
        assertThat(Bookmark.parse(bookmark.toString())).isEqualTo(bookmark);
        Cursor cursor = new Cursor(1_700_000_000_000L, 3, 42);
        assertThat(Cursor.parse(cursor.text("t"), "t")).isEqualTo(cursor);
        assertThat(Cursor.parse(cursor.text("t"), "u")).isNull();
        assertThat(Arrays.asList("", ".", "a.", "a.-1", "a. 1", "a.ZZ", "\n.1", "a.zzzzzzzzzzzzz", "x".repeat(20_000)))
                .allSatisfy(text -> org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                        .isThrownBy(() -> Bookmark.parse(text)));
    }
}
