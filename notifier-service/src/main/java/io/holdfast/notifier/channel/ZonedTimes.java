package io.holdfast.notifier.channel;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times for readers of one zone: in the zone, and in UTC as in logs and on other channels. */
final class ZonedTimes {
    /** As notices write them. */
    private static final Pattern UTC =
            Pattern.compile("(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) UTC");

    private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final ZoneId zone;

    ZonedTimes(ZoneId zone) {
        this.zone = zone;
    }

    /** {@code 2026-01-15 15:30:02 Europe/Vienna (14:30:02 UTC)}; the second date only if it differs. */
    String of(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        ZonedDateTime local = instant.atZone(zone);
        if (zone.getRules().equals(ZoneOffset.UTC.getRules())) {
            return FULL.format(utc) + " UTC";
        }
        boolean sameDay = local.toLocalDate().equals(utc.toLocalDate());
        return FULL.format(local) + " " + zone + " (" + (sameDay ? TIME : FULL).format(utc) + " UTC)";
    }

    /** The text with every time of a notice in it written so. */
    String inText(String text) {
        Matcher matcher = UTC.matcher(text);
        return matcher.replaceAll(found -> Matcher.quoteReplacement(both(found.group())));
    }

    private String both(String utc) {
        try {
            String time = utc.substring(0, utc.length() - " UTC".length());
            return of(LocalDateTime.parse(time, FULL).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return utc; // such as a month 13 in the message of another system
        }
    }
}
