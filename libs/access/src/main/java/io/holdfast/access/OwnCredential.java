package io.holdfast.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that checks a credential of its own instead of a principal's permission. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OwnCredential {
    /** What the caller has to show, such as "cron secret". */
    String value();

    /** The name in the record of who showed the credential; empty for an operation that changes nothing. */
    String principal() default "";

    /** What the operation does, for the record. */
    Permission permission() default Permission.IDENTIFY;
}
