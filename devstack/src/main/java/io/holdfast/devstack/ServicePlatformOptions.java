package io.holdfast.devstack;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How the services are run.
 *
 * @param addresses what they run against
 * @param config the {@code holdfast.yaml} they read; its {@code services} section must name their addresses
 * @param environment what they all get besides addresses and their own login: the secrets that the yaml names
 * @param logs a folder for one log file each, {@code backup-service.log}, appended to
 * @param ports theirs; a service that is not named gets a free one
 * @param services the ones wanted
 * @param tls whether the yaml has a certificate, with which they answer over https
 */
public record ServicePlatformOptions(
        StackAddresses addresses,
        Path config,
        Map<String, String> environment,
        Path logs,
        Map<Service, Integer> ports,
        Set<Service> services,
        boolean tls) {

    public ServicePlatformOptions {
        environment = Map.copyOf(environment);
        ports = Map.copyOf(ports);
        services = Set.copyOf(services);
    }

    /** All five on free ports. */
    public static ServicePlatformOptions of(
            StackAddresses addresses, Path config, Map<String, String> environment, Path logs) {
        return new ServicePlatformOptions(
                addresses, config, environment, logs, Map.of(), EnumSet.allOf(Service.class), false);
    }

    /** The same with a yaml that has a certificate. */
    public ServicePlatformOptions overTls() {
        return new ServicePlatformOptions(addresses, config, environment, logs, ports, services, true);
    }

    /** On the ports that users know: 8081 to 8085. */
    public ServicePlatformOptions onUsualPorts() {
        Map<Service, Integer> usual = new EnumMap<>(Service.class);
        services.forEach(service -> usual.put(service, service.port()));
        return on(usual);
    }

    /** On these ports, see {@link ServicePlatform#freePorts}. */
    public ServicePlatformOptions on(Map<Service, Integer> fixed) {
        return new ServicePlatformOptions(addresses, config, environment, logs, fixed, services, tls);
    }

    public ServicePlatformOptions only(Service first, Service... more) {
        return new ServicePlatformOptions(addresses, config, environment, logs, ports, EnumSet.of(first, more), tls);
    }

    @Override
    public String toString() {
        return services + " with " + config + " against " + addresses;
    }
}
