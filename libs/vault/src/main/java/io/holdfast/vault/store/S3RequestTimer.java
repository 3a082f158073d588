package io.holdfast.vault.store;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Times each request to S3, to the end of its answer's head or of its failure, as {@code holdfast.s3.requests} of the
 * process's global registry; without a registry it costs nothing.
 */
final class S3RequestTimer implements ExecutionInterceptor {
    private static final ExecutionAttribute<Timer.Sample> SAMPLE = new ExecutionAttribute<>("holdfast.s3.sample");
    private static final String OK = "ok";
    private static final String ERROR = "error";

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        attributes.putAttribute(SAMPLE, Timer.start(Metrics.globalRegistry));
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        stop(attributes, OK);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        stop(attributes, ERROR);
    }

    private static void stop(ExecutionAttributes attributes, String outcome) {
        Timer.Sample sample = attributes.getAttribute(SAMPLE);
        if (sample != null) {
            sample.stop(Timer.builder("holdfast.s3.requests")
                    .description("Requests to the vault's S3 server")
                    .tag("operation", String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)))
                    .tag("outcome", outcome)
                    .register(Metrics.globalRegistry));
        }
    }
}
