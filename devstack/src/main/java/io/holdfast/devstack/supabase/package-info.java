/** A stand-in for Supabase's Management API. */
@NullMarked
package io.holdfast.devstack.supabase;

import org.jspecify.annotations.NullMarked;
