/** The REST client of the five services. */
@NullMarked
package io.holdfast.cli.rest;

import org.jspecify.annotations.NullMarked;
