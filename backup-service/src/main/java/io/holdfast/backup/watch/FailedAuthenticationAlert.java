package io.holdfast.backup.watch;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.token.RefusedAddresses;
import io.holdfast.backup.token.RefusedAddresses.RefusedAddress;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** Raises one alert while services refuse too many tokens, whatever the number of addresses, and ends it after a quiet time. */
@ApplicationScoped
class FailedAuthenticationAlert {
    static final String NAME = "failed-authentications";
    static final Duration QUIET = Duration.ofMinutes(10);
    private static final int NAMED = 5;

    private final RefusedAddresses refused;
    private final AlertBook alerts;
    private final InstantSource clock;

    FailedAuthenticationAlert(RefusedAddresses refused, AlertBook alerts, InstantSource clock) {
        this.refused = refused;
        this.alerts = alerts;
        this.clock = clock;
    }

    void look() {
        List<RefusedAddress> addresses;
        try {
            addresses = refused.since(clock.instant().minus(QUIET));
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "refused addresses cannot be read: " + e.getMessage(), e);
        }
        if (addresses.isEmpty()) {
            alerts.resolve(NAME);
        } else {
            alerts.raise(new AlertCondition(NAME, NAME, AlertEvent.Severity.WARNING, null, summary(addresses), null));
        }
    }

    private static String summary(List<RefusedAddress> addresses) {
        String named = addresses.stream()
                .limit(NAMED)
                .map(each -> each.address() + " (" + each.service() + ")")
                .collect(Collectors.joining(", "));
        int others = addresses.size() - NAMED;
        return "too many tokens were refused from address " + named + (others > 0 ? " and " + others + " others" : "")
                + "; find the client with: holdfast activity, correct its token or block the address";
    }
}
