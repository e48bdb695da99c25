package dev.tocsin.reading;

/** Why bytes are not a reading: a closed set, part of the public contract of the topic of rejects and of the metrics. */
public enum RejectReason {
    /** Not JSON, or more than one JSON value. */
    MALFORMED("malformed"),
    /** JSON, but its top level is not an object. */
    NOT_AN_OBJECT("not_an_object"),
    /** Bytes that are not UTF-8. */
    NOT_UTF8("not_utf8"),
    /** A temperature that is NaN, infinite or beyond the range of a double. */
    NOT_FINITE("not_finite"),
    /** Longer than {@code tocsin.reading.max-bytes}. */
    TOO_LONG("too_long"),
    /** Nested deeper than 1,000. */
    TOO_DEEP("too_deep"),
    /** An alert or reject whose record its topic does not take. */
    TOO_LARGE("too_large");

    private final String code;

    RejectReason(String code) {
        this.code = code;
    }

    /** The code as it stands in headers, files and metric labels. */
    public String code() {
        return code;
    }
}
