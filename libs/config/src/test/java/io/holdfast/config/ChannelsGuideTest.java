package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide/channels.md. */
class ChannelsGuideTest {
    private static final Path GUIDE = Path.of("../../docs/guide/channels.md");

    @Test
    void everyTypeOfChannelHasAnExampleThatIsAccepted() throws IOException {
        String channels = Stream.of(Files.readString(GUIDE).split("\n\n", -1))
                .filter(block -> block.matches("(?s) {4}(?!holdfast)[a-z-]+:( \\{|\\n {6})[^\"]*type: .*"))
                .collect(Collectors.joining("\n"));

        HoldfastConfig config = HoldfastConfig.parse(
                "holdfast:\n  vault: { bucket: backups, key-file: vault.key }\n  channels:\n" + channels + "\n",
                Path.of("holdfast.yaml"),
                Environment.of(Map.of()));

        assertThat(config.channels().values().stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(
                        Stream.of(ChannelConfig.class.getPermittedSubclasses()).collect(Collectors.toSet()));
        assertThat(config.channels())
                .containsOnlyKeys("ops-slack", "ops-bot", "dba-mail", "ops-teams", "pager", "hook");
    }
}
