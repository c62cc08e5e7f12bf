"""What surrounds the product's code at run time: settings, clock, telemetry, wiring."""
