"""Gradients: why does it vanish or explode?"""

from dashboard.navigation import GRADIENTS
from dashboard.views.gradients import sections
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.explainer import explain
from dashboard.widgets.intervention_banner import draw_intervention_banner
from dashboard.widgets.run_on_page import open_run

open_run(experiment_panel.draw_panel())
draw_intervention_banner()
train_to_link.train_to_position(GRADIENTS)
sections.draw_sections()

explain(GRADIENTS)
