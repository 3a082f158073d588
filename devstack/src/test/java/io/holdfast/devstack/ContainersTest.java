package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContainersTest {
    @Test
    void testsRunOnTheImagesThatAreDeployed() throws IOException {
        assertThat(Files.readAllLines(Path.of("../docker-compose.yml")))
                .map(String::strip)
                .contains(
                        "image: " + Containers.KAFKA_IMAGE,
                        "image: " + Containers.POSTGRES_IMAGE,
                        "image: " + Containers.S3_IMAGE);
    }
}
