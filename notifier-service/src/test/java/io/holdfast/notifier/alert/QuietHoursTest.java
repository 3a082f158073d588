package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of warnings that quiet hours held, by the digest of the channel. */
class QuietHoursTest {
    private static final Instant NIGHT = Simulation.BEGIN.plus(Duration.ofHours(23));
    private static final Instant MORNING = Simulation.BEGIN.plus(Duration.ofHours(31));

    /** The channel {@code own} is the one of a source; {@code none} is that of the platform alone. */
    private static Simulation platform(String digest) {
        return new Simulation("""
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  channels:
                    own: { type: slack, webhook: { env: A }, quiet-hours: { from: "22:00", to: "07:00" }, %1$s }
                    none: { type: slack, webhook: { env: B }, quiet-hours: { from: "22:00", to: "07:00" }, %1$s }
                  notifications: { notify: [none] }
                  sources:
                    shop: { engine: sqlite, url: "sqlite:/data/s.db", notify: [own] }
                """.formatted(digest));
    }

    private static void night(Simulation platform, int warnings) {
        platform.until(NIGHT, Duration.ofMinutes(5));
        for (int i = 0; i < warnings; i++) {
            platform.raise(i % 2 == 0 ? "size-anomaly" : "ddl-blocked", "shop", "WARNING", null);
            platform.reported.add(new io.holdfast.notifier.watch.PlatformFacts.ReportedAlert(
                    "warning/" + i, "other-" + i % 2, "WARNING", "shop", "warning " + i, null, platform.now));
        }
        platform.until(MORNING.minusSeconds(60), Duration.ofMinutes(1));
        assertThat(platform.sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "digest: none, 07:00",
        "'digest: weekly', 07:00", // Monday's digest is six days away
        "'digest: daily, digest-at: \"09:00\"', 09:00",
    })
    void heldWarningsAreOneMessageWhenNoDigestNamesThem(String digest, String at) {
        Simulation platform = platform(digest);
        night(platform, 4);
        platform.until(MORNING.plus(Duration.ofHours(3)), Duration.ofMinutes(1));

        assertThat(platform.to("own")).hasSize(1);
        Simulation.Sent message = platform.to("own").getFirst();
        assertThat(message.at()).isEqualTo(Instant.parse("2026-03-03T" + at + ":00Z"));
        assertThat(message.message().reason()).isEqualTo(NotificationReason.QUIET_HOURS_OVER);
        assertThat(message.message().firing()).hasSize(6);
    }

    @Test
    void aChannelOfNoSourceGetsTheWarningsOfThePlatformAfterQuietHours() {
        Simulation platform = platform("digest: daily, digest-at: \"09:00\"");
        platform.until(NIGHT, Duration.ofMinutes(5));
        platform.raise("disk-space", "", "WARNING", null);
        platform.until(MORNING.plus(Duration.ofHours(1)), Duration.ofMinutes(5));

        assertThat(platform.to("none")).extracting(Simulation.Sent::at).containsExactly(MORNING);
    }

    @Test
    void aDigestTellsOnlyWhatItNames() {
        Simulation platform = platform("digest: daily");
        platform.digests.put(MORNING, List.of("own"));
        platform.until(NIGHT, Duration.ofMinutes(5));
        int warnings = DigestedAlerts.LISTED + 3;
        for (int i = 0; i < warnings; i++) {
            platform.raise("disk-space-" + i, "shop", "WARNING", null);
        }
        platform.until(MORNING.plus(Duration.ofHours(1)), Duration.ofMinutes(1));

        assertThat(platform.to("own")).hasSize(1);
        assertThat(platform.to("own").getFirst().message().firing()).hasSize(warnings);
        assertThat(platform.state.routes.values().stream()
                        .flatMap(List::stream)
                        .filter(route -> route.toldAt != null && route.toldAt.equals(MORNING)))
                .hasSize(warnings);
    }

    @Test
    void anAlertThatADigestNamedIsNotToldAgain() {
        Simulation platform = platform("digest: daily");
        platform.digests.put(MORNING, List.of("own"));
        platform.until(NIGHT, Duration.ofMinutes(5));
        platform.raise("size-anomaly", "shop", "WARNING", null);
        platform.until(MORNING.plus(Duration.ofMinutes(30)), Duration.ofMinutes(1));

        assertThat(platform.to("own")).isEmpty();
    }
}
