package dev.tocsin.reading;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Makes records from a seed: JSON objects from the ordinary to the odd, and what damage makes of them. */
final class RecordGenerator {
    private static final String[] TEMPERATURES = {
        "102.5",
        "-3",
        "0",
        "-0",
        "-0.0",
        "1e2",
        "1E+2",
        "1010e-1",
        "100.00000000000001",
        "12345678901234567890",
        "1e400",
        "-1e400",
        "1e-400",
        "0.1e1",
        "9007199254740993",
        "123456789012345678.5e-7",
        "NaN",
        "Infinity",
        "-Infinity",
        "+Infinity",
        "+INF",
        "-INF",
        "null",
        "true",
        "false",
        "\"NaN\"",
        "\"-INF\"",
        "\"INF\"",
        "\"Infinity\"",
        "\"\\u004eaN\"",
        "\"102.1\"",
        "\"\"",
        "\"n/a\"",
        "[102.1]",
        "{}",
        "{\"value\":102.1}",
        "0102",
        ".5",
        "102.",
        "1e",
        "+102",
        "--1",
        "0x66",
        "1_0",
        "102f",
        "tru",
        "undefined",
        "INF",
        "nan",
        "",
        "'1'"
    };
    private static final String[] TIMESTAMPS = {
        "\"2025-10-10T12:01:00Z\"",
        "\"2025-10-10T12:01:00.123456789+02:00\"",
        "\"2025\"",
        "\" 2025-10-10 \"",
        "\"2025-10-10T12:01:00 Europe/Paris\"",
        "\"2025-10-10T12:01:00\\u005a\"",
        "\"yesterday\"",
        "\"\"",
        "null",
        "1760097660",
        "1760097660.5",
        "-1",
        "99999999999999999999",
        "true",
        "[]",
        "{\"a\":[1]}",
        "\"2025-10-10\u00e9\"",
        "\"\\ud83d\""
    };
    private static final String[] STRINGS = {
        "device-17",
        "",
        "x",
        "caf\u00e9",
        "\ud83d\ude00",
        "\u65e5\u672c\u8a9e",
        "a\\nb",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041\\u00e9",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ude00\\ud83d",
        "}{][",
        "\\u0000",
        "\u007f",
        "temperature",
        "abcdefg\\\"hijklmnop",
        "0123456\u00e9789",
        "\\q",
        "\\u12",
        "\\u00g0",
        "tab\there",
        "\u0001"
    };
    private static final String[] NAMES = {
        "deviceId",
        "timestamp",
        "temperature",
        "deviceid",
        "Temperature",
        "temperature2",
        "temperatur",
        "deviceId ",
        "x",
        "",
        "caf\u00e9",
        "\\u0074emperature",
        "temp\\u0065rature",
        "device\\u0049d",
        "time\\u0073tamp",
        "\\n",
        "humidity"
    };
    private static final String[] NUMBERS = {
        "0", "-1", "41.5", "1e9", "-0.5E-3", "123456789012345678901234567890", "01", "1.", "-", "NaN", "-INF"
    };
    private static final String[] WHITE_SPACE = {"", "", "", "", " ", "  ", "\t", "\r\n", "\n ", "\u000b", "\u00a0"};
    // so many of each are JSON; the others come after them
    private static final int WELL_FORMED_TEMPERATURES = 36;
    private static final int WELL_FORMED_STRINGS = 20;
    private static final int WELL_FORMED_NUMBERS = 6;
    private static final int WELL_FORMED_WHITE_SPACE = 9;
    private static final byte[] DAMAGE =
            "{}[]\",:\\u0e.+-tfnNI' \t\r\n\u0000\u0001/#".getBytes(StandardCharsets.US_ASCII);

    private final Random random;
    private final boolean odd;

    private RecordGenerator(long seed) {
        random = new Random(seed);
        odd = random.nextInt(4) == 0;
    }

    /** A JSON object, mostly; one in four generators strews in what is not JSON. */
    static byte[] record(long seed) {
        return new RecordGenerator(seed).object().getBytes(StandardCharsets.UTF_8);
    }

    /** A record that was cut, or had bytes changed, inserted or taken out. */
    static byte[] damaged(long seed) {
        byte[] record = record(seed);
        Random random = new Random(~seed);
        for (int i = random.nextInt(3); i >= 0 && record.length > 0; i--) {
            int at = random.nextInt(record.length);
            byte[] head = Arrays.copyOf(record, at);
            byte[] tail = Arrays.copyOfRange(record, at, record.length);
            byte put = random.nextBoolean() ? DAMAGE[random.nextInt(DAMAGE.length)] : (byte) random.nextInt(256);
            record = switch (random.nextInt(4)) {
                case 0 -> head;
                case 1 -> join(head, new byte[] {put}, Arrays.copyOfRange(tail, 1, tail.length));
                case 2 -> join(head, new byte[] {put}, tail);
                default -> join(head, Arrays.copyOfRange(tail, 1, tail.length));
            };
        }
        return record;
    }

    private String object() {
        StringBuilder json = new StringBuilder(space()).append('{').append(space());
        int members = random.nextInt(7);
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "" : "," + space()).append(member()).append(space());
        }
        json.append(odd && random.nextInt(20) == 0 ? "," : "").append('}').append(space());
        return json.append(odd && random.nextInt(20) == 0 ? "{}" : "").toString();
    }

    private String member() {
        String name = pick(NAMES);
        String value =
                switch (name) {
                    case "temperature", "temp\\u0065rature" -> random.nextBoolean() ? number() : temperature();
                    case "timestamp", "time\\u0073tamp" -> random.nextBoolean() ? timestamp() : pick(TIMESTAMPS);
                    default -> value(0);
                };
        return '"' + name + '"' + space() + ':' + space() + value;
    }

    private String temperature() {
        return odd ? pick(TEMPERATURES) : TEMPERATURES[random.nextInt(WELL_FORMED_TEMPERATURES)];
    }

    private String number() {
        String number = (random.nextBoolean() ? "-" : "") + random.nextInt(1000);
        int digits = random.nextInt(4) == 0 ? random.nextInt(30) : random.nextInt(4);
        if (digits > 0) {
            number += ".";
            for (int i = 0; i < digits; i++) {
                number += random.nextInt(10);
            }
        }
        return random.nextInt(5) == 0 ? number + (random.nextBoolean() ? "e" : "E-") + random.nextInt(40) : number;
    }

    /** Ordinary, or nearly so: a field out of its range, a fraction of any length, a letter too few. */
    private String timestamp() {
        StringBuilder text = new StringBuilder()
                .append('"')
                .append(random.nextInt(10_000) + 10_000)
                .deleteCharAt(1);
        text.append('-').append(twoDigits(13)).append('-').append(twoDigits(32)).append('T');
        text.append(twoDigits(25)).append(':').append(twoDigits(61)).append(':').append(twoDigits(61));
        int digits = random.nextInt(2) * random.nextInt(12);
        for (int i = 0; i < digits; i++) {
            text.append(i == 0 ? "." : "").append(random.nextInt(10));
        }
        text.append('Z');
        if (random.nextInt(8) == 0) {
            text.setCharAt(1 + random.nextInt(text.length() - 1), "0-:.TZ ".charAt(random.nextInt(7)));
        }
        return text.append('"').toString();
    }

    private String twoDigits(int bound) {
        return String.valueOf(100 + random.nextInt(bound)).substring(1);
    }

    private String value(int depth) {
        return switch (random.nextInt(depth < 3 ? 8 : 6)) {
            case 0, 1, 2 -> string();
            case 3 -> odd ? pick(NUMBERS) : NUMBERS[random.nextInt(WELL_FORMED_NUMBERS)];
            case 4 -> number();
            case 5 -> random.nextInt(3) == 0 ? "null" : String.valueOf(random.nextBoolean());
            case 6 -> {
                StringBuilder array = new StringBuilder("[").append(space());
                for (int i = random.nextInt(3); i > 0; i--) {
                    array.append(value(depth + 1))
                            .append(space())
                            .append(i == 1 ? "" : ",")
                            .append(space());
                }
                yield array.append(']').toString();
            }
            default -> {
                StringBuilder object = new StringBuilder("{").append(space());
                for (int i = random.nextInt(3); i > 0; i--) {
                    object.append('"').append(pick(NAMES)).append("\":").append(space());
                    object.append(value(depth + 1)).append(i == 1 ? "" : ",").append(space());
                }
                yield object.append('}').toString();
            }
        };
    }

    private String string() {
        StringBuilder string = new StringBuilder("\"");
        for (int i = random.nextInt(3); i >= 0; i--) {
            string.append(odd ? pick(STRINGS) : STRINGS[random.nextInt(WELL_FORMED_STRINGS)]);
        }
        return string.append('"').toString();
    }

    private String space() {
        return odd && random.nextInt(10) == 0
                ? pick(WHITE_SPACE)
                : WHITE_SPACE[random.nextInt(WELL_FORMED_WHITE_SPACE)];
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static byte[] join(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
