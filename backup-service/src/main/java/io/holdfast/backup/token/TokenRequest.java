package io.holdfast.backup.token;

import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.Durations;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A requested token.
 *
 * @param name of the principal
 * @param sources to which the roles are limited
 * @param environments to whose sources the roles are limited; absent together with {@code sources}: all sources
 * @param expires a duration from now, such as 90d, or an instant; absent: never
 */
record TokenRequest(
        @Nullable String name,
        @Nullable List<String> roles,
        @Nullable List<String> sources,
        @Nullable List<String> environments,
        @Nullable String expires) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");

    /** @throws HoldfastException REQUEST_INVALID */
    Checked checked(HoldfastConfig config, Instant now) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw invalid("name \"" + name + "\" is not one of a principal; use 1 to 63 letters, digits, dots, dashes,"
                    + " underscores and @");
        }
        if (config.access().tokens().containsKey(name) || name.equals("admin") || name.equals("anonymous")) {
            throw invalid("name \"" + name + "\" is taken by a principal of the configuration");
        }
        if (roles == null || roles.isEmpty()) {
            throw invalid("the roles are missing; known are " + known());
        }
        List<String> limited = sources == null ? List.of() : sources;
        limited.stream()
                .filter(source -> source == null || !config.sources().containsKey(source))
                .findFirst()
                .ifPresent(source -> {
                    throw HoldfastException.about(
                            source, FailureCode.SOURCE_UNKNOWN, "source \"" + source + "\" is unknown");
                });
        List<String> within = environments == null ? List.of() : environments;
        within.stream()
                .filter(environment -> environment == null
                        || environment.indexOf(',') >= 0 // separates the stored names
                        || !config.defaults().containsKey(environment))
                .findFirst()
                .ifPresent(environment -> {
                    throw invalid("environment \"" + environment + "\" is not a name below defaults in holdfast.yaml");
                });
        return new Checked(
                name, roles.stream().map(TokenRequest::role).distinct().toList(), limited, within, expiry(now));
    }

    private @Nullable Instant expiry(Instant now) {
        if (expires == null || expires.isBlank()) {
            return null;
        }
        try {
            Instant at = expires.contains("T") ? Instant.parse(expires) : now.plus(Durations.parse(expires));
            if (!at.isAfter(now)) {
                throw invalid("expires \"" + expires + "\" is in the past");
            }
            return at;
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw invalid("expires \"" + expires
                    + "\" is neither a duration such as 90d nor an instant such as 2026-01-15T16:00:00Z");
        }
    }

    private static Role role(String text) {
        return Stream.of(Role.values())
                .filter(role -> role.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> invalid("role \"" + text + "\" does not exist; known are " + known()));
    }

    private static String known() {
        return Arrays.stream(Role.values())
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static HoldfastException invalid(String message) {
        return HoldfastException.of(FailureCode.REQUEST_INVALID, message);
    }

    /** Of a request without faults. */
    record Checked(
            String name,
            List<Role> roles,
            List<String> sources,
            List<String> environments,
            @Nullable Instant expiresAt) {}
}
