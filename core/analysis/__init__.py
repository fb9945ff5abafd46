"""Gates, gradients, diagnoses and interventions of a network, as arrays."""
