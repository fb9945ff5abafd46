"""Gradients: why does it vanish or explode?"""

from dashboard.navigation import GRADIENTS
from dashboard.views.gradients import sections
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.explainer import explain
from dashboard.widgets.intervention_banner import say_what_is_held
from dashboard.widgets.run_on_page import open_run

open_run(experiment_panel.panel())
say_what_is_held()
train_to_link.to_the_link(GRADIENTS)
sections.show()

explain(GRADIENTS)
