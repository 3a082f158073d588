package io.holdfast.devstack;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the stack listens and how to log in. A part that was not started has empty strings and port 0.
 *
 * @param kafka bootstrap servers, {@code host:port}
 * @param logins the services' roles and passwords in the platform's database
 */
public record StackAddresses(String kafka, Postgres postgres, Map<Service, Login> logins, S3 s3, Catcher catcher) {

    /** A PostgreSQL server, with its superuser; {@code database} is the platform's own. */
    public record Postgres(String host, int port, String database, String superuser, String password) {
        public String jdbcUrl(String database) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        public String reactiveUrl(String database) {
            return "vertx-reactive:postgresql://" + host + ":" + port + "/" + database;
        }

        /** A libpq URI without a password. */
        public String uri(String user, String database) {
            return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
        }

        @Override
        public String toString() {
            return superuser + "@" + host + ":" + port + "/" + database;
        }
    }

    /** One role. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }

    /** An S3 endpoint (SigV4, path style) and a bucket that exists and is empty at first. */
    public record S3(String endpoint, String region, String accessKey, String secretKey, String bucket) {
        @Override
        public String toString() {
            return endpoint + "/" + bucket;
        }
    }

    /** Takes messages: {@code <http>/slack/<channel>}, {@code <http>/webhook/<name>}, SMTP; shows them at {@code <http>/}. */
    public record Catcher(String http, String smtpHost, int smtpPort) {}

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("kafka", kafka);
        map.put("postgres.host", postgres.host);
        map.put("postgres.port", Integer.toString(postgres.port));
        map.put("postgres.database", postgres.database);
        map.put("postgres.superuser", postgres.superuser);
        map.put("postgres.password", postgres.password);
        logins.forEach((service, login) -> map.put("login." + service.schema(), login.password));
        map.put("s3.endpoint", s3.endpoint);
        map.put("s3.region", s3.region);
        map.put("s3.access-key", s3.accessKey);
        map.put("s3.secret-key", s3.secretKey);
        map.put("s3.bucket", s3.bucket);
        map.put("catcher.http", catcher.http);
        map.put("catcher.smtp-host", catcher.smtpHost);
        map.put("catcher.smtp-port", Integer.toString(catcher.smtpPort));
        return map;
    }

    static StackAddresses of(Map<String, String> map) {
        Map<Service, Login> logins = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            String password = map.get("login." + service.schema());
            if (password != null) {
                logins.put(service, new Login(service.role(), password));
            }
        }
        return new StackAddresses(
                text(map, "kafka"),
                new Postgres(
                        text(map, "postgres.host"),
                        number(map, "postgres.port"),
                        text(map, "postgres.database"),
                        text(map, "postgres.superuser"),
                        text(map, "postgres.password")),
                Map.copyOf(logins),
                new S3(
                        text(map, "s3.endpoint"),
                        text(map, "s3.region"),
                        text(map, "s3.access-key"),
                        text(map, "s3.secret-key"),
                        text(map, "s3.bucket")),
                new Catcher(
                        text(map, "catcher.http"), text(map, "catcher.smtp-host"), number(map, "catcher.smtp-port")));
    }

    private static String text(Map<String, String> map, String key) {
        return map.getOrDefault(key, "");
    }

    private static int number(Map<String, String> map, String key) {
        return Integer.parseInt(map.getOrDefault(key, "0"));
    }
}
