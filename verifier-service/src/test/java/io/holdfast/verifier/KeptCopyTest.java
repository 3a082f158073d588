package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.verifier.scratch.NamedScratch;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies that stay on the scratch server after their drill. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class KeptCopyTest {
    private static final String OPEN = "select datname from pg_database where datallowconn"
            + " and has_database_privilege('public', oid, 'CONNECT')";

    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    DataSource database;

    private List<String> opened = List.of();

    @BeforeEach
    void nameTheServer() {
        NamedScratch.install(site.namingScratch());
    }

    @AfterEach
    void openTheServer() {
        opened.forEach(name -> shop.sql("postgres", "grant connect on database \"" + name + "\" to public"));
    }

    @Test
    @Tag("slow")
    void theCopyStaysWithOneLoginUntilItsTimeIsOver() throws SQLException {
        closeTheServer();
        shop.backup(Shop.LIGHT);

        String id = held("{\"source\": \"light\", \"keep\": \"2h\"}", "PASSED");

        String copy = given().get("/api/drills/" + id)
                .then()
                .body("loginAt", nullValue())
                .extract()
                .path("copyDatabase");
        JsonPath login = post("/api/drills/" + id + "/login", "")
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .extract()
                .jsonPath();
        String password = login.getString("password");
        assertThat(login.getString("database")).isEqualTo(copy);
        assertThat(rows(login, copy)).isEqualTo(500);
        assertThatThrownBy(() -> rows(login, "shop")).hasMessageContaining("CONNECT");
        post("/api/drills/" + id + "/login", "").statusCode(409).body("detail", not(containsString(password)));
        given().get("/api/drills/" + id).then().body(not(containsString(password)));

        post("/api/drills", "{\"source\": \"light\", \"keep\": \"1h\"}").statusCode(409);

        // the next drill drops what dead workers left, and nothing of this one
        held("{\"source\": \"light\"}", "PASSED");
        assertThat(rows(login, copy)).isEqualTo(500);

        serviceDatabase("update drill set copy_until = now() where id = '" + id + "'");
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.query(
                                "postgres", "select datname from pg_database where datname = '" + copy + "'"))
                        .isEmpty());
        await().atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(shop.query(
                                "postgres",
                                "select rolname from pg_roles where rolname = '" + login.getString("user") + "'"))
                        .isEmpty());
        post("/api/drills/" + id + "/login", "").statusCode(409);
    }

    @Test
    void aServerWhoseOtherDatabasesAreOpenKeepsNoCopy() {
        shop.backup(Shop.LIGHT);

        String id = held("{\"source\": \"light\", \"keep\": \"2h\"}", "INCONCLUSIVE");

        given().get("/api/drills/" + id)
                .then()
                .body("reason.code", equalTo("TARGET_UNSUITABLE"))
                .body("reason.message", containsString("REVOKE CONNECT ON DATABASE \"shop\" FROM PUBLIC;"))
                .body("copyDatabase", nullValue());
        post("/api/drills/" + id + "/login", "").statusCode(409);
        post("/api/drills", "{\"source\": \"light\", \"keep\": \"25h\"}")
                .statusCode(400)
                .body("detail", containsString("24h"));
        post("/api/drills", "{\"source\": \"light\", \"keep\": \"long\"}").statusCode(400);
    }

    private void closeTheServer() throws SQLException {
        opened = shop.query("postgres", OPEN);
        String service;
        try (Connection connection = database.getConnection()) {
            service = connection.getMetaData().getUserName();
            shop.sql(
                    "postgres", "grant connect on database \"" + connection.getCatalog() + "\" to \"" + service + "\"");
        }
        opened.forEach(name -> shop.sql("postgres", "revoke connect on database \"" + name + "\" from public"));
    }

    private int rows(JsonPath login, String of) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + site.postgres + "/" + of,
                        login.getString("user"),
                        login.getString("password"));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from app.clients")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void serviceDatabase(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static String held(String body, String state) {
        String id = post("/api/drills", body).statusCode(202).extract().path("id");
        await().atMost(Bus.PATIENCE.multipliedBy(4))
                .untilAsserted(() -> given().get("/api/drills/" + id).then().body("state", equalTo(state)));
        return id;
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }
}
