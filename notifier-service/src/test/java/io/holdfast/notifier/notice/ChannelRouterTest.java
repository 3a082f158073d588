package io.holdfast.notifier.notice;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelRouterTest {
    private static final String CONFIG = """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              channels:
                ops: { type: slack, webhook: { env: A }, events: [backup-completed, restore-completed, request-rejected] }
                failures: { type: slack, webhook: { env: B }, events: [restore-completed] }
                everything: { type: webhook, url: "https://hooks.example/h", events: [backup-completed] }
                usual: { type: webhook, url: "https://hooks.example/u" }
              notifications: { notify: [everything] }
              sources:
                portal: { engine: sqlite, url: "sqlite:/data/portal.db", notify: [ops, failures] }
                plain: { engine: sqlite, url: "sqlite:/data/plain.db" }
                default: { engine: sqlite, url: "sqlite:/data/default.db", notify: [usual] }
                silent: { engine: sqlite, url: "sqlite:/data/silent.db", notify: [] }
            """;

    private static final HoldfastConfig PARSED =
            HoldfastConfig.parse(CONFIG, Path.of("holdfast.yaml"), Environment.of(Map.of()));

    private final ChannelRouter channelRouter = new ChannelRouter(() -> PARSED);

    @Test
    void aSourcesOwnChannelsHearOfItIfTheyWantThisKind() {
        assertThat(channelRouter.of(notice("BackupCompleted", "portal"))).containsExactly("ops");
        assertThat(channelRouter.of(notice("RestoreCompleted", "portal"))).containsExactly("ops", "failures");
        assertThat(channelRouter.of(notice("BackupProven", "portal"))).isEmpty();
    }

    @Test
    void sourcesWithoutChannelsHaveTheDefaultOnes() {
        assertThat(channelRouter.of(notice("BackupCompleted", "plain"))).containsExactly("everything");
        assertThat(channelRouter.of(notice("BackupCompleted", "unheard-of"))).containsExactly("everything");
    }

    @Test
    void successIsOnlyForChannelsThatAskForIt() {
        assertThat(channelRouter.of(notice("BackupCompleted", "default"))).isEmpty();
        assertThat(channelRouter.of(notice("RestoreAwaitingApproval", "default")))
                .containsExactly("usual");
    }

    @Test
    void aSourceMaySilenceItsEvents() {
        assertThat(channelRouter.of(notice("BackupCompleted", "silent"))).isEmpty();
    }

    @Test
    void aRefusedRequestIsToldOnlyOfAKnownSource() {
        assertThat(channelRouter.of(notice("RequestRejected", "portal"))).containsExactly("ops");
        assertThat(channelRouter.of(notice("RequestRejected", "unheard-of"))).isEmpty();
    }

    private static Notification notice(String name, String source) {
        Notification notice = Samples.of(name).notice().orElseThrow();
        return new Notification(
                notice.kind(),
                notice.thing(),
                source,
                notice.mood(),
                notice.title(),
                "",
                java.util.List.of(),
                null,
                notice.at());
    }
}
