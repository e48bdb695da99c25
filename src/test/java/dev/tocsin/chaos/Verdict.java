package dev.tocsin.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events of one kind that came out, held against those that had to.
 *
 * @param expected how many had to come, exactly once each
 * @param found how many came
 * @param lost that had to come and did not, or did not although a later one of the same file did
 * @param doubled that came more than once
 * @param foreign that nothing in the input accounts for
 * @param disordered that came behind a later one of their partition or file
 * @param sharedIds ids that more than one event bears
 */
record Verdict(
        int expected,
        int found,
        List<Event> lost,
        List<Event> doubled,
        List<Event> foreign,
        List<Event> disordered,
        List<String> sharedIds) {
    private record Place(int strand, int index) {}

    /** @param strands the events of each, in order, and whether all of them must have come */
    static Verdict of(List<List<Event>> strands, List<Boolean> whole, List<Found> found) {
        Map<Event, Place> places = new HashMap<>();
        for (int strand = 0; strand < strands.size(); strand++) {
            for (int index = 0; index < strands.get(strand).size(); index++) {
                places.put(strands.get(strand).get(index), new Place(strand, index));
            }
        }
        Verdict verdict = new Verdict(
                required(strands, whole),
                found.size(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        int[] reached = new int[strands.size()];
        verdict.take(found, places, reached);
        Set<Event> came = new HashSet<>();
        found.forEach(one -> came.add(one.event()));
        for (int strand = 0; strand < strands.size(); strand++) {
            List<Event> events = strands.get(strand);
            int due = whole.get(strand) ? events.size() : reached[strand];
            events.subList(0, due).stream()
                    .filter(event -> !came.contains(event))
                    .forEach(verdict.lost::add);
        }
        return verdict;
    }

    private static int required(List<List<Event>> strands, List<Boolean> whole) {
        int required = 0;
        for (int strand = 0; strand < strands.size(); strand++) {
            required += whole.get(strand) ? strands.get(strand).size() : 0;
        }
        return required;
    }

    private void take(List<Found> all, Map<Event, Place> places, int[] reached) {
        Set<Event> came = new HashSet<>();
        Map<String, Event> ids = new HashMap<>();
        Map<Place, Integer> last = new HashMap<>();
        for (Found one : all) {
            Event event = one.event();
            Place place = places.get(event);
            if (place == null) {
                foreign.add(event);
                continue;
            }
            if (!came.add(event)) {
                doubled.add(event);
                continue;
            }
            Event other = one.id().isEmpty() ? null : ids.put(one.id(), event);
            if (other != null && !other.equals(event)) {
                sharedIds.add(one.id());
            }
            reached[place.strand()] = Math.max(reached[place.strand()], place.index());
            Integer before = last.put(new Place(place.strand(), one.partition()), place.index());
            if (before != null && before > place.index()) {
                disordered.add(event);
            }
        }
    }

    boolean good() {
        return lost.isEmpty() && doubled.isEmpty() && foreign.isEmpty() && disordered.isEmpty() && sharedIds.isEmpty();
    }

    /** What is wrong, with the first of each kind. */
    String problems(String kind) {
        StringBuilder text = new StringBuilder();
        Map.of("lost", lost, "doubled", doubled, "foreign", foreign, "disordered", disordered, "ids shared", sharedIds)
                .forEach((what, which) -> {
                    if (!which.isEmpty()) {
                        text.append(String.format("%n%d %s %s:", which.size(), kind, what));
                        which.stream().limit(40).forEach(one -> text.append(String.format("%n    %s", one)));
                    }
                });
        return text.toString();
    }
}
