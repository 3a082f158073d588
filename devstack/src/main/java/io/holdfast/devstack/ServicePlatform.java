package io.holdfast.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The services as processes of their own against a stack. On Linux they also end when this JVM does, even by kill -9.
 *
 * <p>Addresses and secrets reach them through their environment, never their command line. Each gets its own database
 * login only. Thread-safe for different services.
 */
public final class ServicePlatform implements AutoCloseable {
    private static final int WAIT_SECONDS = 5;

    private final Path token;
    private final Map<Service, ServiceProcess> processes = new EnumMap<>(Service.class);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(WAIT_SECONDS))
            .sslContext(LoopbackTrust.context())
            .build();

    /** Its one thread launches every service: a service ends with the thread that launched it. */
    private final ExecutorService launcher = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("platform-launcher").factory());

    private ServicePlatform(ServicePlatformOptions options) throws IOException {
        Files.createDirectories(options.logs());
        token = AdminToken.create(AdminToken.beside(options.logs()));
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : options.services()) {
            Integer asked = options.ports().get(service);
            ports.put(service, asked == null ? Ports.free() : Ports.require(service.module(), asked));
        }
        for (Map.Entry<Service, Integer> entry : ports.entrySet()) {
            Service service = entry.getKey();
            Path log = options.logs().resolve(service.module() + ".log");
            Map<String, String> environment = environment(options, service, entry.getValue());
            environment.put("HOLDFAST_ADMIN_TOKEN_PATH", token.toString());
            processes.put(service, new ServiceProcess(service, entry.getValue(), options.tls(), log, environment));
        }
    }

    /**
     * Starts the services side by side and waits until each is ready.
     *
     * @throws IllegalStateException if one does not become ready, with the end of its log; none is left running then
     */
    public static ServicePlatform start(ServicePlatformOptions options) {
        ServicePlatform servicePlatform;
        try {
            servicePlatform = new ServicePlatform(options);
        } catch (IOException e) {
            throw new IllegalStateException("the platform cannot start: " + e.getMessage(), e);
        }
        try {
            for (ServiceProcess process : servicePlatform.processes.values()) {
                servicePlatform.launch(process);
            }
            for (ServiceProcess process : servicePlatform.processes.values()) {
                run(() -> process.awaitReady(servicePlatform.http));
            }
            return servicePlatform;
        } catch (RuntimeException e) {
            servicePlatform.close();
            throw e;
        }
    }

    /** Free ports for all services, to be named in a configuration before they start. */
    public static Map<Service, Integer> freePorts() {
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            run(() -> ports.put(service, Ports.free()));
        }
        return ports;
    }

    /** Where a service answers, such as {@code http://127.0.0.1:8081}; the same after a restart. */
    public URI url(Service service) {
        return of(service).url();
    }

    /** The file of the token of the principal {@code admin}. */
    public Path adminTokenFile() {
        return token;
    }

    /** The token of the principal {@code admin} at these services. */
    public String adminToken() {
        try {
            return Files.readString(token).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid(Service service) {
        return of(service).process().pid();
    }

    public boolean isRunning(Service service) {
        return of(service).process().isAlive();
    }

    public Path log(Service service) {
        return of(service).log();
    }

    /** kill -9, and waits until it is gone. */
    public void kill(Service service) {
        run(() -> of(service).end(false));
    }

    /** SIGSTOP: it holds its connections and does nothing. */
    public void pause(Service service) {
        run(() -> SystemPrograms.signal(pid(service), "STOP"));
    }

    /** SIGCONT. */
    public void resume(Service service) {
        run(() -> SystemPrograms.signal(pid(service), "CONT"));
    }

    /** Starts a service again on its port, ending it first if it runs, and waits until it is ready. */
    public void restart(Service service) {
        ServiceProcess process = of(service);
        run(() -> process.end(true));
        launch(process);
        run(() -> process.awaitReady(http));
    }

    /** Stops the services that this platform started, and no others. */
    @Override
    public void close() {
        for (ServiceProcess process : processes.values()) {
            if (process.wasLaunched()) {
                process.process().destroy(); // all at once; each is waited for below
            }
        }
        processes.values().forEach(process -> run(() -> process.end(true)));
        launcher.shutdown();
        http.shutdownNow();
    }

    private ServiceProcess of(Service service) {
        ServiceProcess process = processes.get(service);
        if (process == null) {
            throw new IllegalArgumentException(service.module() + " is not part of this platform");
        }
        return process;
    }

    private void launch(ServiceProcess process) {
        run(() -> {
            Callable<Void> launch = () -> {
                process.launch();
                return null;
            };
            launcher.submit(launch).get();
        });
    }

    private static Map<String, String> environment(ServicePlatformOptions options, Service service, int port) {
        StackAddresses.Postgres postgres = options.addresses().postgres();
        StackAddresses.Login login = options.addresses().logins().get(service);
        if (login == null) {
            throw new IllegalStateException("the stack made no role for " + service.module());
        }
        Map<String, String> environment = new HashMap<>(options.environment());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", options.addresses().kafka());
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl(postgres.database()));
        environment.put("QUARKUS_DATASOURCE_REACTIVE_URL", postgres.reactiveUrl(postgres.database()));
        environment.put("QUARKUS_DATASOURCE_USERNAME", login.username());
        environment.put("QUARKUS_DATASOURCE_PASSWORD", login.password());
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("HOLDFAST_CONFIG", options.config().toAbsolutePath().toString());
        return environment;
    }

    private interface Step {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a service could not be launched: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the platform changed", e);
        }
    }
}
