package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerServersTest {
    @Test
    void testsRunOnTheKafkaAndPostgresqlThatAreDeployed() throws IOException {
        assertThat(Files.readAllLines(Path.of("../docker-compose.yml")))
                .map(String::strip)
                .contains("image: " + ContainerServers.KAFKA_IMAGE, "image: " + ContainerServers.POSTGRES_IMAGE);
    }

    @Test
    void theImageOfMinioIsPinnedAndMayBeAnother() {
        assertThat(ContainerServers.minioImage(Map.of()).asCanonicalNameString())
                .isEqualTo(ContainerServers.MINIO_IMAGE);
        assertThat(ContainerServers.minioImage(
                                Map.of(ContainerServers.MINIO_IMAGE_SETTING, "registry.example:5000/s3/minio:1"))
                        .asCanonicalNameString())
                .isEqualTo("registry.example:5000/s3/minio:1");
    }
}
