package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What the exported scripts do is tested where they are made. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ExportTest extends Service {

    @Test
    void aBackupIsOneScript() {
        String id = Backups.stored("shop");

        Response answer = given().get("/api/backups/" + id + "/export?format=sql");

        answer.then().statusCode(200).contentType("application/sql");
        assertThat(answer.header("Content-Disposition"))
                .matches("attachment; filename=\"database-\\d{4}(-\\d\\d){5}\\.sql\"");
        assertThat(answer.asString())
                .contains("COPY \"public\".\"clients\"", "client 1000")
                .endsWith("-- end of backup " + id + "\n");
    }

    @Test
    void aBackupIsAFolderOfScripts() throws IOException {
        String id = Backups.stored("shop");

        byte[] answer = given().get("/api/backups/" + id + "/export?format=directory")
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray();

        List<String> names = new ArrayList<>();
        String last = "";
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName().replaceFirst("^\\d{14}/", ""));
                last = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        assertThat(names)
                .containsExactly(
                        "create_schema.sql",
                        "clients.sql",
                        "orders.sql",
                        "secrets.sql",
                        "full_backup.sql",
                        "manifest.json");
        assertThat(last).contains("\"backup\" : \"" + id + "\"");
    }

    @Test
    void whatCannotBeExportedIsRefused() {
        String id = Backups.stored("shop");

        given().get("/api/backups/" + id + "/export?format=csv")
                .then()
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"));
        given().get("/api/backups/" + UUID.randomUUID() + "/export").then().statusCode(404);
        given().get("/api/backups/" + Backups.failed("nowhere") + "/export")
                .then()
                .statusCode(409)
                .body("code", equalTo("BACKUP_NOT_USABLE"));
    }
}
