package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Locale;
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
    void labelsMustAllBeThereAndStatesAreAlternatives() {
        String both = Backups.stored("shop", label, "nightly-" + label);
        String one = Backups.stored("shop", label);
        String failed = Backups.request("nowhere", label);
        Backups.await(failed, "FAILED");

        assertThat(Backups.list("label=" + label + "&label=nightly-" + label).getList("items.id"))
                .containsExactly(both);
        assertThat(Backups.list("label=" + label + "&state=failed&state=STORED").getList("items.id"))
                .containsExactly(failed, one, both);
        assertThat(Backups.list("label=" + label + "&kind=manual").getList("items.id"))
                .hasSize(3);
        assertThat(Backups.list("label=" + label + "&kind=SCHEDULED").getList("items.id"))
                .isEmpty();
    }

    @Test
    void aTimeRangeIsOfTheSnapshotAndOfTheRequestWhereThereIsNone() {
        String stored = Backups.stored("shop", label);
        String failed = Backups.request("nowhere", label);
        Backups.await(failed, "FAILED");
        String snapshot = Backups.get(stored).getString("snapshotAt");
        String requested = Backups.get(failed).getString("requestedAt");

        assertThat(Backups.list("label=" + label + "&from=" + snapshot + "&to=" + requested)
                        .getList("items.id"))
                .containsExactly(stored);
        assertThat(Backups.list("label=" + label + "&from=" + requested).getList("items.id"))
                .containsExactly(failed);
        assertThat(Backups.list("label=" + label + "&to=" + snapshot).getList("items.id"))
                .isEmpty();
    }

    @Test
    void anIdIsFoundByItsBeginningEvenOfADeletedBackup() {
        String id = Backups.stored("shop", label);

        assertThat(Backups.list("id=" + id.substring(0, 18)).getList("items.id"))
                .containsExactly(id);
        assertThat(Backups.list("id=" + id.substring(0, 18).replace("-", "").toUpperCase(Locale.ROOT))
                        .getList("items.id"))
                .containsExactly(id);
        given().delete("/api/backups/" + id + "?newestProven=true").then().statusCode(200);
        assertThat(Backups.list("id=" + id).getList("items.state")).containsExactly("DELETED");
        assertThat(Backups.list("label=" + label).getList("items.id")).isEmpty();
    }

    @Test
    void aWrongFilterNamesWhatIsAllowed() {
        given().get("/api/backups?kind=nightly")
                .then()
                .statusCode(400)
                .body("detail", containsString("allowed are [MANUAL, SCHEDULED, SAFETY]"));
        given().get("/api/backups?from=yesterday")
                .then()
                .statusCode(400)
                .body("detail", containsString("\"from\" is not an instant; write it as 2026-01-15T14:30:00Z"));
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
                "state=STORED&state=DONE",
                "kind=NIGHTLY",
                "from=2026-01-15",
                "to=2026-01-15T14:30:00",
                "id=0197f0c",
                "id=0197f0c4-zz",
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
