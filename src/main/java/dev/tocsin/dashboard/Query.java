package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, checked: what is not known, given twice or out of bounds is a {@link Problem}. */
final class Query {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 500;

    /** The longest query, in characters, as it is written; bookmarks may need most of it. */
    private static final int MAX_QUERY = 18_000;

    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,3}");
    private static final Pattern RULE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Set<String> REPEATABLE = Set.of("severity");

    private final MultiMap parameters;

    private Query(MultiMap parameters) {
        this.parameters = parameters;
    }

    /** @param known the names that the path takes */
    static Query of(RoutingContext context, String... known) {
        String query = context.request().query();
        if (query != null && query.length() > MAX_QUERY) {
            throw new Problem(414, "URI too long", "A query has " + MAX_QUERY + " characters at most.");
        }
        MultiMap parameters;
        try {
            parameters = context.queryParams();
        } catch (RuntimeException e) {
            throw new Problem(400, "Bad request", "The query is not encoded as it should be.");
        }
        Set<String> names = Set.of(known);
        for (String name : parameters.names()) {
            if (!names.contains(name)) {
                throw new Problem(
                        400,
                        "Bad request",
                        "There is a parameter that this path does not have. It takes "
                                + (known.length == 0 ? "none" : String.join(", ", known)) + ".");
            }
            if (!REPEATABLE.contains(name) && parameters.getAll(name).size() > 1) {
                throw Problem.parameter(name, "given once");
            }
        }
        return new Query(parameters);
    }

    int limit() {
        String text = parameters.get("limit");
        int limit = text == null ? DEFAULT_LIMIT : LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Problem.parameter("limit", "a whole number from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    Filter filter() {
        String device = parameters.get("device");
        if (device != null && device.length() > AlertEntries.MAX_DEVICE) {
            throw Problem.parameter("device", "a device id of " + AlertEntries.MAX_DEVICE + " characters at most");
        }
        String rule = parameters.get("rule");
        if (rule != null && !RULE.matcher(rule).matches()) {
            throw Problem.parameter("rule", "a rule's name: 1 to 63 lower-case letters, digits and inner hyphens");
        }
        return new Filter(device, rule, severities(parameters.getAll("severity")));
    }

    private static Set<Severity> severities(List<String> labels) {
        Set<Severity> severities = EnumSet.noneOf(Severity.class);
        for (String label : labels) {
            Severity severity = AlertEntries.severity(label);
            if (severity == null) {
                throw Problem.parameter("severity", "critical, warning or info");
            }
            severities.add(severity);
        }
        return severities;
    }

    /** The cursor, as it was given. */
    @Nullable String cursor() {
        return parameters.get("cursor");
    }

    /** The bookmark of the header {@code Last-Event-ID}, which a browser sends when it comes back, or of the query. */
    @Nullable Bookmark after(@Nullable String lastEventId) {
        String text = lastEventId == null || lastEventId.isEmpty() ? parameters.get("after") : lastEventId;
        if (text == null) {
            return null;
        }
        try {
            return Bookmark.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.parameter("after, or the header Last-Event-ID,", "an id of this stream");
        }
    }
}
