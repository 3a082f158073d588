package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A second person for exports and for deletions of the newest proven backup. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ApprovalTest extends Service {
    private static final String SOURCE = "two-keys";

    @Test
    void anExportWaitsForASecondPerson() {
        String requester = Callers.token("restorer");
        String approver = Callers.token("approver");
        String backup = Backups.stored(SOURCE);

        String approval = refused(Callers.as(requester).get(export(backup)));
        Callers.as(requester).get(export(backup)).then().statusCode(409).body("object", equalTo(approval));
        Callers.as(Callers.token("admin"))
                .get(export(backup))
                .then()
                .statusCode(409)
                .body("object", not(equalTo(approval)));
        Callers.as(requester).post("/api/approvals/" + approval).then().statusCode(403);

        Callers.as(approver)
                .post("/api/approvals/" + approval)
                .then()
                .statusCode(200)
                .body("operation", equalTo("export"))
                .body("backupId", equalTo(backup));
        assertThat(Callers.as(requester)
                        .get(export(backup))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .contains("monday");
        Callers.as(requester).get(export(Backups.stored(SOURCE))).then().statusCode(409);
        String key = Callers.as(requester)
                .get("/api/admin/backup?source=" + SOURCE)
                .then()
                .statusCode(200)
                .extract()
                .path("backups[0].key");
        Callers.as(requester)
                .get("/api/admin/" + key + "?source=" + SOURCE)
                .then()
                .statusCode(409);
    }

    @Test
    void theRequesterDoesNotApproveEvenAsAnAdmin() {
        Callers.token("approver"); // without anybody who could approve, the request is refused
        String admin = Callers.token("admin");
        String approval = refused(Callers.as(admin).get(export(Backups.stored(SOURCE))));

        Callers.as(admin)
                .post("/api/approvals/" + approval)
                .then()
                .statusCode(403)
                .body("detail", containsString("another user"));
        given().contentType(ContentType.JSON)
                .post("/api/approvals/" + approval)
                .then()
                .statusCode(403);
        Callers.as(Callers.token("approver")) // that the requester could have made
                .post("/api/approvals/" + approval)
                .then()
                .statusCode(403)
                .body("detail", containsString("created after the request"));
    }

    @Test
    void aRequestNamesWhatDoesNotExist() {
        given().contentType(ContentType.JSON)
                .post("/api/approvals/" + UUID.randomUUID())
                .then()
                .statusCode(404);
        given().contentType(ContentType.JSON)
                .post("/api/approvals/nonsense")
                .then()
                .statusCode(400);
    }

    static String refused(Response answer) {
        return answer.then()
                .statusCode(409)
                .body("code", equalTo("REQUEST_CONFLICT"))
                .body("detail", containsString("./holdfast approve"))
                .extract()
                .path("object");
    }

    private static String export(String backup) {
        return "/api/backups/" + backup + "/export";
    }
}
