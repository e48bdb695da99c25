package dev.tocsin.sink.file;

import dev.tocsin.sink.file.World.Fault;
import dev.tocsin.sink.file.World.Kind;
import dev.tocsin.sink.file.World.Step;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Journal and files together: every committed line is published once, in order, whatever happens between two steps. */
class ExactlyOncePropertyTest {
    @Property(tries = 100)
    void committedLinesAppearOnceAndInOrder(@ForAll("steps") List<Step> steps) throws IOException {
        try (World world = new World(false)) {
            for (Step step : steps) {
                world.take(step);
                world.assertViewsGrow();
            }
            world.finish();
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.of(Kind.CHUNK)),
                Tuple.of(3, Arbitraries.of(Kind.PUBLISH)),
                Tuple.of(2, Arbitraries.of(Kind.values())));
        Arbitrary<Integer> counts = Arbitraries.integers().between(0, 4);
        Arbitrary<Integer> operations = Arbitraries.integers().between(0, 14);
        return Combinators.combine(kinds, counts, Arbitraries.of(Fault.class), operations)
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }
}
