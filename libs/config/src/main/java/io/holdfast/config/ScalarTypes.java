package io.holdfast.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The types that are written as one text: what they are called, what they look like, how they are read. */
final class ScalarTypes {
    /**
     * @param title for the reference page
     * @param pattern for the JSON Schema
     * @param parse throws IllegalArgumentException with a message for the user
     */
    record Scalar(String title, String pattern, Function<String, Object> parse) {}

    private static final Pattern HTTP = Pattern.compile("^https?://[^\\s@/?#]+([/?#][^\\s@]*)?$");
    private static final String UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

    private static final String TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

    private static final Map<Class<?>, Scalar> TYPES = Map.ofEntries(
            Map.entry(URI.class, new Scalar("http(s) URL", HTTP.pattern(), ScalarTypes::http)),
            Map.entry(UUID.class, new Scalar("UUID", UUID_PATTERN, ScalarTypes::uuid)),
            Map.entry(
                    Duration.class,
                    new Scalar(
                            "duration", Durations.PATTERN.replace("(?=[0-9])", "(?=.*[1-9])"), ScalarTypes::duration)),
            Map.entry(Delay.class, new Scalar("duration, also 0m", Durations.PATTERN, Delay::parse)),
            Map.entry(LocalTime.class, new Scalar("time of day", TIME_PATTERN, ScalarTypes::timeOfDay)),
            Map.entry(ByteSize.class, new Scalar("size", ByteSize.PATTERN, ByteSize::parse)),
            Map.entry(Percentage.class, new Scalar("percentage", Percentage.PATTERN, Percentage::parse)),
            Map.entry(Cron.class, new Scalar("cron expression", Cron.PATTERN, Cron::parse)),
            Map.entry(ZoneId.class, new Scalar("time zone", "^[A-Za-z][A-Za-z0-9_+/:-]*$", ScalarTypes::zone)),
            Map.entry(DatabaseUrl.class, new Scalar("database URL", DatabaseUrl.PATTERN, DatabaseUrl::parse)),
            Map.entry(
                    AllowedDestination.class,
                    new Scalar("destination", AllowedDestination.PATTERN, AllowedDestination::parse)),
            Map.entry(TableName.class, new Scalar("table", TableName.PATTERN, TableName::parse)),
            Map.entry(ColumnName.class, new Scalar("column", ColumnName.PATTERN, ColumnName::parse)));

    private ScalarTypes() {}

    static @Nullable Scalar of(Class<?> type) {
        return TYPES.get(type);
    }

    /** Whether a record is written as one value, and not as a section of keys. */
    static boolean isScalar(Class<?> type) {
        return TYPES.containsKey(type) || type == ExpectedValue.class || type == PublicKeyFile.class;
    }

    static boolean isSection(Class<?> type) {
        return type.isRecord() && !isScalar(type);
    }

    private static URI http(String text) {
        String wrong = "this is not an http or https URL without a user; write for example https://portal.example/api";
        if (!HTTP.matcher(text).matches()) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            URI uri = new URI(text);
            if (uri.getHost() == null) {
                throw new IllegalArgumentException(wrong);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(wrong + " (" + e.getReason() + ")", e);
        }
    }

    private static UUID uuid(String text) {
        if (!text.matches(UUID_PATTERN)) {
            throw new IllegalArgumentException("\"" + text + "\" is not a UUID");
        }
        return UUID.fromString(text);
    }

    private static Duration duration(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("a duration of nothing makes no sense here");
        }
        return duration;
    }

    private static LocalTime timeOfDay(String text) {
        if (!text.matches(TIME_PATTERN)) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time of day; write for example \"07:00\"");
        }
        return LocalTime.parse(text);
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            String hint = NameSuggestion.hint(text, ZoneId.getAvailableZoneIds());
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time zone"
                            + (hint.isEmpty() ? "; write for example UTC or Europe/Berlin" : hint),
                    e);
        }
    }
}
