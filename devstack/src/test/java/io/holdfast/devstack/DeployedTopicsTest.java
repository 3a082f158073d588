package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeployedTopicsTest {
    @Test
    void deploymentsCreateTheTopicsOfTheContract() throws IOException {
        List<String> created = Files.readAllLines(Path.of("../deploy/kafka/topics.sh")).stream()
                .filter(line -> line.startsWith("holdfast."))
                .toList();

        assertThat(created)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Topic.values()).map(Topic::topicName).toList());
    }
}
