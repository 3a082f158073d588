package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class CatalogTest extends Service {
    private final String label = "label-" + UUID.randomUUID();

    @Test
    void backupsAreListedByLabelNewestFirst() {
        String first = Backups.stored("shop", "other", label);
        String second = Backups.stored("store", label);
        Backups.stored("shop", label + "-not");

        assertThat(Backups.list("label=" + label).getList("items.id")).containsExactly(second, first);
    }

    @Test
    void filtersNarrowEachOther() {
        String wanted = Backups.stored("store", label);
        Backups.stored("shop", label);
        Backups.await(Backups.request("nowhere", label), "FAILED");

        assertThat(Backups.list("source=store&state=STORED&label=" + label).getList("items.id"))
                .containsExactly(wanted);
        assertThat(Backups.list("state=FAILED&label=" + label).getList("items.source.name"))
                .containsExactly("nowhere");
        given().get("/api/backups?source=shpo")
                .then()
                .statusCode(404)
                .body("code", equalTo("SOURCE_UNKNOWN"), "detail", containsString("did you mean \"shop\"?"));
    }

    @Test
    void aCursorLeadsThroughAllPagesWithoutRepeating() {
        List<String> oldestFirst =
                List.of(Backups.stored("shop", label), Backups.stored("shop", label), Backups.stored("shop", label));

        JsonPath first = Backups.list("limit=2&label=" + label);
        JsonPath second = Backups.list("limit=2&label=" + label + "&cursor=" + first.getString("next"));

        assertThat(first.getList("items.id")).isEqualTo(oldestFirst.reversed().subList(0, 2));
        assertThat(second.getList("items.id")).containsExactly(oldestFirst.getFirst());
        assertThat(second.getString("next")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cursor=bm90LWFuLWlk",
                "cursor=%C3%A4",
                "cursor=AAAA",
                "state=DONE",
                "source=%00",
                "label=%00",
                "lable=x",
                "limit=201"
            })
    void aFilterThatMeansNothingIsABadRequest(String query) {
        given().urlEncodingEnabled(false)
                .get("/api/backups?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/tables", "/progress"})
    void aTextThatIsNoIdIsNotFound(String path) {
        given().get("/api/backups/1-1-1-1-1" + path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("\"1-1-1-1-1\" is not the id of a backup"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/tables", "/progress"})
    void anIdThatNobodyGaveOutIsNotFound(String path) {
        given().get("/api/backups/01890000-0000-7000-8000-000000000001" + path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("BACKUP_UNKNOWN"));
    }

    @Test
    void theTablesOfABackupAreThoseOfItsManifest() {
        String id = Backups.stored("shop");

        given().get("/api/backups/" + id + "/tables")
                .then()
                .statusCode(200)
                .body("items.name", equalTo(List.of("public.clients", "public.orders", "public.secrets")))
                .body("items.rows", equalTo(List.of(1000, 3000, 0)))
                .body("items[0].fingerprint", containsString("1000:"));
    }

    @Test
    void aBackupThatWasNotStoredHasNoTables() {
        String id = Backups.request("nowhere");
        Backups.await(id, "FAILED");

        given().get("/api/backups/" + id + "/tables")
                .then()
                .statusCode(409)
                .body("code", equalTo("BACKUP_NOT_USABLE"))
                .body("detail", containsString("FAILED"));
    }

    @Test
    void aSourceShowsItsLastBackupAndItsLastProvenOne() {
        String id = Backups.stored("store");

        given().get("/api/sources/store")
                .then()
                .statusCode(200)
                .body("name", equalTo("store"))
                .body("engine", equalTo("postgres"))
                .body("lastBackup.id", equalTo(id));
        assertThat(given().get("/api/sources").jsonPath().getList("items.name")).contains("shop", "store", "nowhere");
        given().get("/api/sources/stroe").then().statusCode(404).body("code", equalTo("SOURCE_UNKNOWN"));
    }
}
