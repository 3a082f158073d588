package io.holdfast.notifier.channel;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times for readers of one zone: in the zone, and in UTC as in logs and on other channels. */
final class ZonedTimes {
    /** As notices write them, and as RFC 3339. */
    private static final Pattern UTC = Pattern.compile(
            "(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.][0-9]{1,9})?(?: UTC|Z)\\b");

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

    /** The text with every time in UTC written so. */
    String inText(String text) {
        return UTC.matcher(text).replaceAll(found -> Matcher.quoteReplacement(both(found)));
    }

    private String both(MatchResult found) {
        try {
            LocalDateTime utc = LocalDateTime.parse(found.group("date") + " " + found.group("time"), FULL);
            return of(utc.toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return found.group(); // such as a month 13 in the message of another system
        }
    }
}
